package dev.mtdconnector.notify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MailPageTest {

    @Test
    void paragraphsListsAndLinksStandAsInTheText() {
        String page = MailPage.of("Threat on a device", """
                Lena's phone is at risk.
                Look at it.

                - Trojan
                - Root

                https://mtd.example/devices/1

                See (https://mtd.example/help?a=1&b=2).
                """, "nl");
        assertThat(page)
                .contains("<html lang=\"nl\">")
                .contains("<title>Threat on a device</title>")
                .contains("Lena&#39;s phone is at risk.<br>")
                .contains("<ul style=\"margin:0 0 16px\"><li>Trojan</li><li>Root</li></ul>")
                .containsPattern("<p [^>]*><a href=\"https://mtd.example/devices/1\" style=\"display:block")
                .contains("<a href=\"https://mtd.example/help?a=1&amp;b=2\"")
                .contains(")</p>".replace(")", ")."));
    }

    @Test
    void nothingInItIsLoadedFromElsewhereOrTakenForHtml() {
        String page = MailPage.of(
                "<img src=https://evil.example/x.png>",
                "<script>alert(1)</script>\n\" onload=\"x\nhttps://evil.example/\"onmouseover=\"x javascript:alert(1)",
                null);
        assertThat(page).doesNotContain("<img", "<script", "\" onload", "<link", "@import", "url(");
        assertThat(page).doesNotContainPattern("href=\"(?!https?://)");
        assertThat(page).doesNotContainPattern("\\ssrc=\"");
        assertThat(page).contains("&lt;img src=").contains("<html>");
    }
}
