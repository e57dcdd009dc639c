package dev.mtdconnector.local.contoso;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Authorization codes that were issued. A restart forgets them. */
final class Codes {

    /** "Typically, they expire after about 10 minutes." */
    static final Duration LIFETIME = Duration.ofMinutes(10);

    /** For so long the second use of a code is told from the use of one that never was. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Clock clock;
    private final Map<String, Issued> codes = new ConcurrentHashMap<>();

    Codes(Clock clock) {
        this.clock = clock;
    }

    /** What a code stands for. */
    record Grant(
            String clientId,
            String redirectUri,
            Set<String> scopes,
            @Nullable String nonce,
            AuthorizeRequest.@Nullable Challenge challenge,
            String userId,
            String session) {}

    /** A grant, when it was made, and whether the code was redeemed. */
    record Issued(Grant grant, Instant at, AtomicBoolean redeemed) {}

    String issue(Grant grant) {
        Instant now = clock.instant();
        codes.values().removeIf(old -> old.at().plus(REMEMBERED).isBefore(now));
        String code = "1." + secret();
        codes.put(code, new Issued(grant, now, new AtomicBoolean()));
        return code;
    }

    Optional<Issued> find(String code) {
        return Optional.ofNullable(codes.get(code));
    }

    /** 256 random bits as text. */
    static String secret() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
