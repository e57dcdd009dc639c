package dev.mtdconnector.local.story;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The cookies of a browser that knows one host (ports do not separate cookies). The JDK's own jar sends cookies that
 * have a Max-Age in the form of RFC 2965, which no browser does.
 */
final class Cookies {

    private record Cookie(String value, String path) {}

    private final Map<String, Cookie> cookies = new TreeMap<>();

    void take(URI from, HttpHeaders headers) {
        for (String header : headers.allValues("Set-Cookie")) {
            List<String> parts =
                    Arrays.stream(header.split(";", -1)).map(String::strip).toList();
            String pair = parts.get(0);
            String name = pair.substring(0, pair.indexOf('='));
            if (parts.stream().anyMatch(part -> part.toLowerCase(Locale.ROOT).equals("max-age=0"))) {
                cookies.remove(name);
            } else {
                String path = parts.stream()
                        .filter(part -> part.toLowerCase(Locale.ROOT).startsWith("path="))
                        .map(part -> part.substring("path=".length()))
                        .findFirst()
                        .orElse(from.getPath()
                                .substring(0, Math.max(1, from.getPath().lastIndexOf('/'))));
                cookies.put(name, new Cookie(pair.substring(pair.indexOf('=') + 1), path));
            }
        }
    }

    /** The value of the Cookie header; empty for none. */
    String header(URI to) {
        return cookies.entrySet().stream()
                .filter(cookie -> matches(to.getPath(), cookie.getValue().path()))
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue().value())
                .collect(Collectors.joining("; "));
    }

    private static boolean matches(String path, String prefix) {
        return path.equals(prefix) || path.startsWith(prefix.endsWith("/") ? prefix : prefix + "/");
    }
}
