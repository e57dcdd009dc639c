package dev.mtdconnector.webhook;

import dev.mtdconnector.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks the signature of a webhook: HMAC-SHA256 over id, time and body, in the form of Standard Webhooks. It says who sent
 * the body and when; that it is not taken twice is the intake's doing.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 *     Webhooks</a>
 */
final class Signature {

    static final String PREFIX = "whsec_";

    /** How far the sender's clock may be from ours. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String VERSION = "v1,";
    private static final int MOST_SIGNATURES = 10;

    private final Clock clock;

    Signature(Clock clock) {
        this.clock = clock;
    }

    /** The key of a secret; empty when it has not the form of one, 24 to 64 bytes as Base64 after the prefix. */
    static Optional<byte[]> key(String secret) {
        if (!secret.startsWith(PREFIX) || secret.length() > 100) {
            return Optional.empty();
        }
        try {
            byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
            return key.length >= 24 && key.length <= 64 ? Optional.of(key) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the request was signed with this key not long ago. Takes as long whether and wherever a signature differs. */
    boolean isOf(HttpRequest request, byte[] key) {
        String id = request.header("webhook-id");
        String time = request.header("webhook-timestamp");
        String signatures = request.header("webhook-signature");
        if (id == null || time == null || signatures == null || !isNow(time)) {
            return false;
        }
        byte[] expected = sign(key, id + "." + time + "." + request.body());
        boolean isSigned = false;
        String[] sent = signatures.split(" ", MOST_SIGNATURES + 1);
        for (int i = 0; i < Math.min(sent.length, MOST_SIGNATURES); i++) {
            // While a secret is being replaced a sender signs with both.
            isSigned |= MessageDigest.isEqual(expected, sent[i].getBytes(StandardCharsets.UTF_8));
        }
        return isSigned;
    }

    private boolean isNow(String time) {
        if (!time.matches("[0-9]{1,12}")) {
            return false;
        }
        Duration apart = Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), clock.instant());
        return apart.abs().compareTo(TOLERANCE) <= 0;
    }

    private static byte[] sign(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            String base64 = Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
            return (VERSION + base64).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every JDK has HmacSHA256", e);
        }
    }
}
