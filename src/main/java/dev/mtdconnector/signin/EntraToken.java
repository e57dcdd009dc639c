package dev.mtdconnector.signin;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.List;

/**
 * A token that Entra issued to us, after what all kinds have in common was checked; whether it is of the kind that is
 * wanted, and names who may come, is not.
 *
 * @param tenantId in lower case
 * @param userId the {@code oid}, in lower case: a person's, or an application's service principal
 */
record EntraToken(String tenantId, String userId, JWTClaimsSet claims) {

    /** Whether the claim is there, whatever it is. */
    boolean has(String name) {
        return claims.getClaim(name) != null;
    }

    /** A claim that is text; empty when it is absent or something else. */
    String text(String name) {
        return claims.getClaim(name) instanceof String text ? text : "";
    }

    /** A claim that is a list of words with spaces between them, as {@code scp} is. */
    List<String> words(String name) {
        return List.of(text(name).split(" ", -1));
    }

    /** Whether a claim that is an array, as {@code roles} is, holds this text. */
    boolean lists(String name, String text) {
        return claims.getClaim(name) instanceof List<?> list && list.contains(text);
    }
}
