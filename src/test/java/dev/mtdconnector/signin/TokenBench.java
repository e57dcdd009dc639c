package dev.mtdconnector.signin;

import static dev.mtdconnector.testing.TestApp.AGENT_CLIENT;
import static dev.mtdconnector.testing.TestApp.BASE_CLIENT;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.LOGIN;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.testing.FakeEntra;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.testing.TestApp;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The three kinds of tokens, two tenants with keys of their own, and what is made of a token of each kind. */
final class TokenBench {

    static final String STRANGER = "11111111-2222-4333-8444-555555555555";
    static final String TOOL = "66666666-7777-4888-8999-aaaaaaaaaaaa";
    static final String NONCE = "nonce-of-this-sign-in";

    /** What a token is for. */
    enum Kind {
        ID(ErrorCode.SIGN_IN_DECLINED),
        AGENT(ErrorCode.IDENTITY_REQUIRED),
        OPERATOR(ErrorCode.IDENTITY_REQUIRED);

        private final ErrorCode refusal;

        Kind(ErrorCode refusal) {
            this.refusal = refusal;
        }
    }

    final SettableClock clock = new SettableClock(TestApp.START);
    final Map<String, JWKSet> keys = new HashMap<>(Map.of(
            TENANT, new JWKSet(FakeEntra.KEY.toPublicJWK()), STRANGER, new JWKSet(FakeEntra.NEXT_KEY.toPublicJWK())));

    /** The tenants whose keys were asked for, in order. */
    final List<String> fetches = new ArrayList<>();

    private final EntraTokens tokens = new EntraTokens(
            LOGIN,
            BASE_CLIENT,
            (tenantId, since) -> {
                fetches.add(tenantId);
                return keysOf(tenantId);
            },
            clock);
    final IdTokens idTokens = new IdTokens(tokens);
    final AgentTokens agentTokens = new AgentTokens(tokens, Set.of(AGENT_CLIENT), Set.of(TENANT, STRANGER)::contains);
    final OperatorTokens operatorTokens = new OperatorTokens(tokens, TENANT, Set.of(AGENT_CLIENT));

    JWKSet keysOf(String tenantId) {
        return keys.getOrDefault(tenantId, new JWKSet());
    }

    /** The claims of an honest token. */
    JWTClaimsSet.Builder claims(Kind kind) {
        Date now = Date.from(clock.instant());
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(LOGIN + "/" + TENANT + "/v2.0")
                .audience(BASE_CLIENT)
                .claim("tid", TENANT)
                .claim("oid", LENA)
                .claim("ver", "2.0")
                .issueTime(now)
                .notBeforeTime(now)
                .expirationTime(Date.from(clock.instant().plusSeconds(3600)));
        return switch (kind) {
            case ID ->
                claims.claim("nonce", NONCE)
                        .claim("name", "Lena Fischer")
                        .claim("preferred_username", "lena@contoso.example")
                        .claim("roles", List.of(OperatorTokens.ROLE));
            case AGENT -> claims.claim("azp", AGENT_CLIENT).claim("scp", AgentTokens.SCOPE);
            case OPERATOR -> claims.claim("azp", TOOL).claim("roles", List.of(OperatorTokens.ROLE));
        };
    }

    String honest(Kind kind) {
        return with(kind, UnaryOperator.identity());
    }

    /** A token of the tenant's own key, with other claims. */
    String with(Kind kind, UnaryOperator<JWTClaimsSet.Builder> change) {
        return FakeEntra.sign(change.apply(claims(kind)).build(), FakeEntra.KEY);
    }

    /** What the token proves; for a record of it, its text. */
    Object verify(Kind kind, String token) {
        return switch (kind) {
            case ID -> idTokens.verify(token, TENANT, NONCE);
            case AGENT -> agentTokens.verify(token);
            case OPERATOR -> operatorTokens.verify(token);
        };
    }

    void assertAccepted(Kind kind, String token) {
        assertThat(verify(kind, token).toString()).contains(LENA);
    }

    /** Refused, as every other token that is no good is refused. */
    void assertRefused(Kind kind, String token) {
        AppException e = catchThrowableOfType(AppException.class, () -> verify(kind, token));
        assertThat(e).as("%s %s", kind, token).isNotNull();
        assertThat(e.code()).isEqualTo(kind.refusal);
        assertThat(e.getMessage()).isEqualTo(kind.refusal.title() + ".");
    }
}
