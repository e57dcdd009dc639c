package dev.mtdconnector.signin;

import static dev.mtdconnector.signin.TokenBench.NONCE;
import static dev.mtdconnector.signin.TokenBench.STRANGER;
import static dev.mtdconnector.testing.TestApp.BASE_CLIENT;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.signin.TokenBench.Kind;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What hostile tokens get, {@link ForgedTokensTest} and {@link UnsuitableTokensTest} show. */
class IdTokensTest {

    private final TokenBench bench = new TokenBench();

    @Test
    void namesWhoSignedIn() {
        Identity lena = new Identity(TENANT, LENA, "Lena Fischer", "lena@contoso.example");
        String token = bench.honest(Kind.ID);
        assertThat(bench.idTokens.verify(token, TENANT, NONCE)).isEqualTo(lena);
        assertThat(bench.idTokens.verify(token, TENANT.toUpperCase(Locale.ROOT), NONCE))
                .isEqualTo(lena);
        assertThat(bench.idTokens.verify(
                        bench.with(Kind.ID, claims -> claims.claim("azp", BASE_CLIENT)), TENANT, NONCE))
                .isEqualTo(lena);
    }

    @Test
    void anotherSignInsTokenIsRefused() {
        String token = bench.honest(Kind.ID);
        String withoutNonce = bench.with(Kind.ID, claims -> claims.claim("nonce", ""));
        for (var presented : List.of(
                List.of(token, STRANGER, NONCE),
                List.of(token, "", NONCE),
                List.of(token, TENANT, "another"),
                List.of(withoutNonce, TENANT, ""))) {
            AppException e = catchThrowableOfType(
                    AppException.class,
                    () -> bench.idTokens.verify(presented.get(0), presented.get(1), presented.get(2)));
            assertThat(e.code()).isEqualTo(ErrorCode.SIGN_IN_DECLINED);
        }
    }

    @Test
    void namesAreFreeOfWhatChangesTheTextAroundThem() {
        assertThat(name("\u202eanimda\u202c\u2066 Lena\u0000\r\n\u2028\ufeff F.\u200f "))
                .isEqualTo("animda Lena F.");
        assertThat(name("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")).contains("\u200c");
        assertThat(name("<b>O'Brien</b> & \"Söhne\"")).isEqualTo("<b>O'Brien</b> & \"Söhne\"");
    }

    @Test
    void namesHaveAnEnd() {
        assertThat(name("x".repeat(199) + "\ud83d\ude00\ud83d\ude00")).isEqualTo("x".repeat(199) + "\ud83d\ude00");
        assertThat(name("x".repeat(200))).hasSize(200);
    }

    @Test
    void namesThatAreNoneAreEmpty() {
        String token = bench.with(
                Kind.ID, claims -> claims.claim("name", List.of("Lena")).claim("preferred_username", null));
        assertThat(bench.idTokens.verify(token, TENANT, NONCE)).isEqualTo(new Identity(TENANT, LENA, "", ""));
    }

    private String name(String claimed) {
        String token =
                bench.with(Kind.ID, claims -> claims.claim("name", claimed).claim("preferred_username", claimed));
        Identity identity = bench.idTokens.verify(token, TENANT, NONCE);
        assertThat(identity.username()).isEqualTo(identity.name());
        return identity.name();
    }
}
