package dev.mtdconnector.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets that are known to this test, and a search for them. Whoever adds a flow plants or watches what is secret in it;
 * what has the form of a token or key of ours is found without being known.
 */
final class Canaries {

    /** A JSON web token, and our own keys with their secret. */
    private static final List<Pattern> FORMS = List.of(
            Pattern.compile("eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]{16,}"),
            Pattern.compile("mtd[kfd]\\.[0-9a-f-]{36}\\.[0-9a-f-]{16,36}\\.[\\w-]{43}"));

    private final Map<String, String> secrets = new LinkedHashMap<>();

    /** A new secret, 43 characters as ours are. */
    String plant(String name) {
        String secret = "canary" + UUID.randomUUID().toString().replace("-", "") + "aaaaa";
        secrets.put(name, secret);
        return secret;
    }

    /** A secret that somebody else made. */
    String watch(String name, String secret) {
        assertThat(secret).as(name).hasSizeGreaterThan(7);
        secrets.put(name, secret);
        return secret;
    }

    List<String> names() {
        return List.copyOf(secrets.keySet());
    }

    int count() {
        return secrets.size();
    }

    /** What is found in a text, each with the place and what stands around it; the secret itself left out. */
    List<String> search(String place, String text) {
        List<String> found = new ArrayList<>();
        secrets.forEach((name, secret) -> {
            int at = text.indexOf(secret);
            if (at >= 0) {
                found.add(place + " holds " + name + ": " + around(text, at, secret.length()));
            }
        });
        for (Pattern form : FORMS) {
            Matcher matcher = form.matcher(text);
            if (matcher.find()) {
                int length = matcher.end() - matcher.start();
                found.add(place + " holds a token or key: " + around(text, matcher.start(), length));
            }
        }
        return found;
    }

    private static String around(String text, int at, int length) {
        return text.substring(Math.max(0, at - 120), at) + "<SECRET>"
                + text.substring(at + length, Math.min(text.length(), at + length + 60));
    }
}
