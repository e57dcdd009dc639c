package dev.mtdconnector.local.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinksTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "See https://a.example/x?b=1&c=2. | See <a href=\"https://a.example/x?b=1&amp;c=2\" rel=\"noreferrer\">"
                        + "https://a.example/x?b=1&amp;c=2</a>.",
                "(http://a.example) | (<a href=\"http://a.example\" rel=\"noreferrer\">http://a.example</a>)",
                "javascript:alert(1) | javascript:alert(1)",
                "<b> https://a\"onclick=x | &lt;b&gt; <a href=\"https://a\" rel=\"noreferrer\">https://a</a>&quot;onclick=x"
            })
    void links_web_addresses_and_nothing_else(String text, String html) {
        assertThat(Links.linked(text)).isEqualTo(html);
    }
}
