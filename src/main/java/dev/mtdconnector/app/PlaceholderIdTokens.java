package dev.mtdconnector.app;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.signin.IdTokenCheck;
import dev.mtdconnector.signin.Identity;
import dev.mtdconnector.signin.SigningKeys;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Placeholder for signin.IdTokens, with the least that a token must be checked for. */
record PlaceholderIdTokens(String loginEndpoint, String clientId, SigningKeys keys, Clock clock)
        implements IdTokenCheck {

    @Override
    public Identity verify(String idToken, String tenantId, String nonce) {
        try {
            SignedJWT jwt = SignedJWT.parse(idToken);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            boolean isGood = JWSAlgorithm.RS256.equals(jwt.getHeader().getAlgorithm())
                    && keys.of(tenantId, Instant.EPOCH)
                                    .getKeyByKeyId(jwt.getHeader().getKeyID())
                            instanceof RSAKey key
                    && jwt.verify(new RSASSAVerifier(key))
                    && (loginEndpoint + "/" + tenantId + "/v2.0").equals(claims.getIssuer())
                    && List.of(clientId).equals(claims.getAudience())
                    && tenantId.equals(claims.getStringClaim("tid"))
                    && nonce.equals(claims.getStringClaim("nonce"))
                    && claims.getExpirationTime() != null
                    && clock.instant().isBefore(claims.getExpirationTime().toInstant());
            if (isGood) {
                return new Identity(
                        tenantId,
                        Objects.requireNonNull(claims.getStringClaim("oid")),
                        Objects.requireNonNullElse(claims.getStringClaim("name"), ""),
                        Objects.requireNonNullElse(claims.getStringClaim("preferred_username"), ""));
            }
            throw new AppException(ErrorCode.IDENTITY_REQUIRED);
        } catch (ParseException | JOSEException e) {
            throw new AppException(ErrorCode.IDENTITY_REQUIRED);
        }
    }
}
