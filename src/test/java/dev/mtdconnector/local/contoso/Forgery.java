package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jose.PlainObject;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.mtdconnector.local.http.Json;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a token differs from what Entra issues, for tests of those who check tokens.
 *
 * @param claims replace or, when null, remove claims; what is not named stays
 * @param algorithm {@code RS256}; {@code none}; {@code HS256} takes the public key for the secret (key confusion)
 * @param keyId in the header; null for the signing key's
 * @param isByStranger true to sign with a key that nobody published
 */
record Forgery(
        @Nullable ObjectNode claims,
        String algorithm,
        @Nullable String keyId,
        boolean isByStranger) {

    private static final Set<String> ALGORITHMS = Set.of("RS256", "HS256", "none");

    /** Reads the fields; without any of them the token stays as it is. */
    static Forgery of(Fields fields) {
        String algorithm = fields.optionalText("alg");
        String signer = fields.optionalText("signedBy");
        if (algorithm != null && !ALGORITHMS.contains(algorithm)) {
            throw new IllegalArgumentException("alg must be RS256, HS256 or none");
        }
        if (signer != null && !signer.equals("stranger")) {
            throw new IllegalArgumentException("signedBy must be stranger");
        }
        return new Forgery(
                fields.optionalObject("claims"),
                algorithm == null ? "RS256" : algorithm,
                fields.optionalText("kid"),
                signer != null);
    }

    /** The token. */
    String sign(JWTClaimsSet original, RSAKey key) {
        ObjectNode content = (ObjectNode) Json.parse(original.toString());
        if (claims != null) {
            content.setAll(claims);
            claims.properties().stream()
                    .filter(claim -> claim.getValue().isNull())
                    .forEach(claim -> content.remove(claim.getKey()));
        }
        Payload payload = new Payload(Json.text(content));
        String kid = keyId == null ? key.getKeyID() : keyId;
        if (algorithm.equals("none")) {
            return new PlainObject(
                            new PlainHeader.Builder()
                                    .type(JOSEObjectType.JWT)
                                    .customParam("kid", kid)
                                    .build(),
                            payload)
                    .serialize();
        }
        try {
            JWSSigner signer = algorithm.equals("HS256")
                    ? new MACSigner(key.toRSAPublicKey().getEncoded())
                    : new RSASSASigner(isByStranger ? Tokens.newKey() : key);
            JWSObject token = new JWSObject(
                    new JWSHeader.Builder(JWSAlgorithm.parse(algorithm))
                            .type(JOSEObjectType.JWT)
                            .keyID(kid)
                            .build(),
                    payload);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
