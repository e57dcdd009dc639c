package dev.mtdconnector.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes bytes to a server as they are: what well-behaved clients refuse to send. */
final class RawHttp {

    private static final int PATIENCE_MILLIS = 20_000;

    private final URI server;

    RawHttp(String server) {
        this.server = URI.create(server);
    }

    /** An answer, or status 0 when the server hung up without one. */
    record Answer(int status, List<String> headers, String body) {

        boolean hasHeader(String name) {
            return headers.stream()
                    .anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"));
        }

        String header(String name) {
            return headers.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    /** Request line and headers, each a line; Host and Connection are added, and Content-Length for a body. */
    Answer send(String requestLine, List<String> headers, byte[] body) throws IOException {
        List<String> all = new ArrayList<>(headers);
        if (all.stream().noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("host:"))) {
            all.add("Host: localhost:" + server.getPort());
        }
        if (body.length > 0) {
            all.add("Content-Length: " + body.length);
        }
        all.add("Connection: close");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(
                (requestLine + "\r\n" + String.join("\r\n", all) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.toByteArray());
            socket.getOutputStream().flush();
            return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (SocketException e) {
            return new Answer(0, List.of(), "");
        }
    }

    Answer get(String target, String... headers) throws IOException {
        return send("GET " + target + " HTTP/1.1", List.of(headers), new byte[0]);
    }

    private static Answer parse(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (!text.startsWith("HTTP/1.1 ") || end < 0) {
            return new Answer(0, List.of(), text);
        }
        List<String> lines = List.of(text.substring(0, end).split("\r\n", -1));
        return new Answer(
                Integer.parseInt(lines.get(0).substring(9, 12)),
                lines.subList(1, lines.size()),
                text.substring(end + 4));
    }
}
