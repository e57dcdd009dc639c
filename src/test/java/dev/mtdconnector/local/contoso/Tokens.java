package dev.mtdconnector.local.contoso;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Issues the tokens of Contoso's sign-in service, with the claims that Entra puts into them. */
public final class Tokens {

    /** Within the 60 to 90 minutes that Entra documents. */
    public static final Duration LIFETIME = Duration.ofMinutes(65);

    /** Entra dates a token back, so that clocks may differ. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private final RSAKey key;
    private final Clock clock;
    private final String loginEndpoint;

    /**
     * @param loginEndpoint the sign-in service as the connector addresses it, without a slash at the end
     */
    public Tokens(RSAKey key, Clock clock, String loginEndpoint) {
        this.key = key;
        this.clock = clock;
        this.loginEndpoint = loginEndpoint;
    }

    /** The signing key kept in a directory, made when there is none. */
    public static RSAKey keyIn(Path directory) {
        Path file = directory.resolve("signing-key.json");
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
        return new JWKSet(key).toPublicJWKSet();
    }

    RSAKey key() {
        return key;
    }

    public String loginEndpoint() {
        return loginEndpoint;
    }

    /** The issuer of tokens in the v2 form. */
    public String issuer(String tenant) {
        return loginEndpoint + "/" + tenant + "/v2.0";
    }

    /**
     * A token of an application for a resource of Microsoft's, in the v1 form.
     *
     * @param roles granted; the claim is left out when there are none, as Entra does
     */
    public String forApplication(
            String tenant, ServicePrincipal principal, String audience, List<String> roles, Duration lifetime) {
        JWTClaimsSet.Builder claims = claims(tenant, audience, lifetime)
                .issuer("https://sts.windows.net/" + tenant + "/")
                .subject(principal.id())
                .claim("app_displayname", principal.displayName())
                .claim("appid", principal.appId())
                .claim("appidacr", "1")
                .claim("idp", "https://sts.windows.net/" + tenant + "/")
                .claim("idtyp", "app")
                .claim("oid", principal.id())
                .claim("ver", "1.0");
        if (!roles.isEmpty()) {
            claims.claim("roles", roles);
        }
        return sign(claims.build());
    }

    /**
     * A token of a user for the connector's own API, in the v2 form.
     *
     * @param clientId of the app that the user signed in to
     */
    public String forUser(
            String tenant, User user, String audience, String clientId, @Nullable String scope, Duration lifetime) {
        JWTClaimsSet.Builder claims = claims(tenant, audience, lifetime)
                .issuer(issuer(tenant))
                .subject(UUID.nameUUIDFromBytes((user.id() + audience).getBytes(StandardCharsets.UTF_8))
                        .toString())
                .claim("azp", clientId)
                .claim("azpacr", "0")
                .claim("name", user.displayName())
                .claim("oid", user.id())
                .claim("preferred_username", user.userPrincipalName())
                .claim("ver", "2.0");
        if (scope != null) {
            claims.claim("scp", scope);
        }
        return sign(claims.build());
    }

    private JWTClaimsSet.Builder claims(String tenant, String audience, Duration lifetime) {
        Instant now = clock.instant();
        Instant start = now.minus(BACKDATED);
        Instant end = now.plus(lifetime);
        return new JWTClaimsSet.Builder()
                .audience(audience)
                .issueTime(Date.from(start))
                .notBeforeTime(Date.from(start))
                .expirationTime(Date.from(end))
                .claim("tid", tenant)
                .claim("uti", UUID.randomUUID().toString().substring(0, 22));
    }

    private String sign(JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .type(JOSEObjectType.JWT)
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
