package dev.mtdconnector.security;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A mail server that takes mail, or refuses it with words that quote what it was told and a secret. */
final class EchoingSmtp implements AutoCloseable {

    private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final String secret;
    private volatile boolean refuses;

    EchoingSmtp(String secret) throws IOException {
        this.secret = secret;
        Thread thread = new Thread(this::serve, "echoing-smtp");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    void refuse(boolean yes) {
        refuses = yes;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                converse(client);
            } catch (IOException e) {
                // The client hung up, or the test is over.
            }
        }
    }

    private void converse(Socket client) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        OutputStream out = client.getOutputStream();
        List<String> heard = new ArrayList<>();
        say(out, "220 ready " + secret);
        boolean data = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            heard.add(line);
            if (data && !line.equals(".")) {
                continue;
            }
            String command = data ? "." : line.replaceFirst("[ :].*", "").toUpperCase(Locale.ROOT);
            data = command.equals("DATA");
            if (refuses && command.equals(".")) {
                say(out, "554 refused " + secret + " " + String.join(" / ", heard));
            } else {
                say(out, data ? "354 go on" : "250 fine");
            }
        }
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
