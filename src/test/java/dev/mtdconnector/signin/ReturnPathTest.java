package dev.mtdconnector.signin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/devices",
                "/devices/082fb7b9-70be-41a9-8d0b-d84fe7f17291",
                "/devices?state=pending&after=a%20b",
                "/a/b.c/d~e",
                "/a%C3%A9",
                "/a+b",
                "/a:b@c"
            })
    void aPathOfOursIsGoneTo(String path) {
        assertThat(ReturnPath.of(path)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "devices",
                "https://evil.example",
                "HTTPS:/evil.example",
                "https:evil.example",
                "javascript:alert(1)",
                "data:text/html,x",
                "//evil.example",
                "///evil.example",
                "/\\evil.example",
                "\\\\evil.example",
                "\\/evil.example",
                "/ /evil.example",
                " //evil.example",
                "/\t/evil.example",
                "/\n/evil.example",
                "\t//evil.example",
                "/\r\nLocation: https://evil.example",
                "/\u0000//evil.example",
                "/%2Fevil.example",
                "/%2f%2fevil.example",
                "%2F%2Fevil.example",
                "/%5Cevil.example",
                "/%5c%5cevil.example",
                "/%09/evil.example",
                "/%0d%0aSet-Cookie:%20mtd=x",
                "/%00",
                "/%252Fevil.example",
                "/%25255Cevil.example",
                "/%2525252525252Fevil.example",
                "/./evil",
                "/.//evil.example",
                "/../evil.example",
                "/a/..//evil.example",
                "/a/..",
                "/%2e%2e/evil.example",
                "/%2E/%2Fevil.example",
                "/a//b",
                "/a?next=//evil.example",
                "/#//evil.example",
                "/a b",
                "/é",
                "/\u2028",
                "/\u202Emoc.live",
                "／／evil.example",
                "/％2Fevil.example",
                "/%",
                "/%zz",
                "/<script>",
                "/\"onclick=x",
                "/|",
                "@evil.example",
                "?x",
                ".evil.example"
            })
    void anythingElseIsTheFirstPage(String path) {
        assertThat(ReturnPath.of(path)).isEqualTo("/");
    }

    @Test
    void nothingAndTooMuchAreTheFirstPageToo() {
        assertThat(ReturnPath.of(null)).isEqualTo("/");
        assertThat(ReturnPath.of("/" + "a".repeat(499))).hasSize(500);
        assertThat(ReturnPath.of("/" + "a".repeat(500))).isEqualTo("/");
    }
}
