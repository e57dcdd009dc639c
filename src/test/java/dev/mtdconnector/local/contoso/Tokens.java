package dev.mtdconnector.local.contoso;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Signs the tokens of Contoso's sign-in service, and knows its own signatures again. */
public final class Tokens {

    /** Within the 60 to 90 minutes that Entra documents. */
    public static final Duration LIFETIME = Duration.ofMinutes(65);

    private static final int MOST_SEEN = 1_000;

    private final Supplier<List<RSAKey>> published;
    private final Map<String, RSAKey> seen = new ConcurrentHashMap<>();
    private final String loginEndpoint;
    private final TokenClaims claims;

    /**
     * With one key for ever.
     *
     * @param loginEndpoint the sign-in service as the connector addresses it, without a slash at the end
     */
    public Tokens(RSAKey key, Clock clock, String loginEndpoint) {
        this(() -> List.of(key), clock, loginEndpoint);
    }

    /**
     * With keys that may change.
     *
     * @param published the last one signs
     */
    Tokens(Supplier<List<RSAKey>> published, Clock clock, String loginEndpoint) {
        this.published = published;
        this.loginEndpoint = loginEndpoint;
        this.claims = new TokenClaims(clock, loginEndpoint);
    }

    /** The signing key of a generation kept in a directory, made when there is none. */
    static synchronized RSAKey keyIn(Path directory, int generation) {
        Path file = directory.resolve(generation == 0 ? "signing-key.json" : "signing-key-" + generation + ".json");
        try {
            Files.createDirectories(directory);
            if (Files.exists(file)) {
                return RSAKey.parse(Files.readString(file));
            }
            RSAKey made = newKey();
            Files.writeString(file, made.toJSONString());
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParseException e) {
            throw new IllegalStateException("Delete " + file, e);
        }
    }

    /** A new signing key. */
    public static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyID(UUID.randomUUID().toString().replace("-", ""))
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public JWKSet publicKeys() {
        return new JWKSet(List.<JWK>copyOf(published.get())).toPublicJWKSet();
    }

    /** The key that signs now. */
    RSAKey key() {
        List<RSAKey> keys = published.get();
        return keys.get(keys.size() - 1);
    }

    public String loginEndpoint() {
        return loginEndpoint;
    }

    TokenClaims claims() {
        return claims;
    }

    /** A token of an application for a resource of Microsoft's, in the v1 form. */
    public String forApplication(
            String tenant, ServicePrincipal principal, String audience, List<String> roles, Duration lifetime) {
        return sign(claims.forApplication(tenant, principal, audience, roles, lifetime)
                .build());
    }

    String sign(JWTClaimsSet content) {
        RSAKey key = key();
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .type(JOSEObjectType.JWT)
                            .keyID(key.getKeyID())
                            .build(),
                    content);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** True when a published key signed this. */
    boolean isOurs(SignedJWT token) throws JOSEException {
        for (RSAKey key : published.get()) {
            if (key.getKeyID().equals(token.getHeader().getKeyID()) && isSigned(token, key)) {
                return true;
            }
        }
        return false;
    }

    /** A client shows the same token with each request, and whether a key signed it never changes. */
    private boolean isSigned(SignedJWT token, RSAKey key) throws JOSEException {
        String text = token.serialize();
        if (key.equals(seen.get(text))) {
            return true;
        }
        if (!token.verify(new RSASSAVerifier(key.toRSAPublicKey()))) {
            return false;
        }
        if (seen.size() >= MOST_SEEN) {
            seen.clear();
        }
        seen.put(text, key);
        return true;
    }
}
