package dev.mtdconnector.app;

import static dev.mtdconnector.app.SettingsTest.LEAST;
import static dev.mtdconnector.app.SettingsTest.MOST;
import static dev.mtdconnector.app.SettingsTest.problems;
import static dev.mtdconnector.app.SettingsTest.with;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that are right by themselves and wrong together. */
class ContradictingSettingsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            STATE_STORAGE__clientId           | some identity                          | exclude each other
            MTD_BASE_CERTIFICATE_PATH         | base.pem                               | exactly one of
            MTD_BASE_CERTIFICATE_PASSWORD     | base password                          | without a certificate
            MTD_PARTNER_MANAGED_IDENTITY      | 7b9a3a3e-5c0c-4f6e-9a58-0f3f7a7a2f10   | exactly one of
            MTD_PARTNER_CERTIFICATE_PASSWORD  | partner password                       | without a certificate
            MTD_PARTNER_ENTITY_TYPE           | 1001                                   | together or not at all
            MTD_PARTNER_THREAT_FIELD          | ThreatState                            | together or not at all
            MTD_MAIL_ENDPOINT                 | https://mail.communication.example     | exclude each other
            MTD_MAIL_IDENTITY                 | 7b9a3a3e-5c0c-4f6e-9a58-0f3f7a7a2f10   | which is missing
            MTD_MAIL_USER                     | mailer                                 | together or not at all
            MTD_MAIL_PASSWORD                 | mail password                          | together or not at all
            """)
    void settingsThatContradictEachOtherAreNamed(String name, String value, String problem) {
        assertThat(problems(with(LEAST, name, value)))
                .singleElement()
                .asString()
                .contains(problem);
    }

    @Test
    void aPasswordIsNotSentOverAnOpenConnection() {
        assertThat(problems(with(MOST, "MTD_MAIL_SECURITY", "none")))
                .containsExactly("MTD_MAIL_PASSWORD is not sent over an open connection: set MTD_MAIL_SECURITY");
    }

    @Test
    void aRegistrationWithoutAnyCredentialIsNamed() {
        assertThat(problems(with(LEAST, "MTD_BASE_CLIENT_SECRET", " ")))
                .singleElement()
                .asString()
                .startsWith("MTD_BASE_")
                .contains("exactly one of");
    }
}
