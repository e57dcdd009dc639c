package dev.mtdconnector.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedSecretsTest {

    private static final String OLD = "old:" + "A".repeat(43) + "=";
    private static final String NEW = "new:" + "B".repeat(42) + "A=";
    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final String SECRET = "a secret with ümläut";

    private static SealedSecrets with(String setting) {
        return new SealedSecrets(SealedSecrets.keys(setting), new SecureRandom());
    }

    @Test
    void whatIsSealedOpensForItsTenantAndPurposeOnly() {
        SealedSecrets secrets = with(OLD);
        String sealed = secrets.seal(TENANT, "feed", SECRET);
        assertThat(sealed).doesNotContain(SECRET).startsWith("s1.old.");
        assertThat(secrets.open(TENANT, "feed", sealed)).contains(SECRET);
        assertThat(secrets.open(TENANT, "webhook", sealed)).isEmpty();
        assertThat(secrets.open(TENANT.replace('9', '8'), "feed", sealed)).isEmpty();
    }

    @Test
    void theSameSecretIsNeverSealedAlike() {
        Set<String> sealed = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            sealed.add(with(OLD).seal(TENANT, "feed", SECRET));
        }
        assertThat(sealed).hasSize(50);
    }

    @Test
    void everyAlterationIsNoticed() {
        SealedSecrets secrets = with(OLD);
        String sealed = secrets.seal(TENANT, "feed", SECRET);
        for (int i = 0; i < sealed.length(); i++) {
            char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
            String altered = sealed.substring(0, i) + other + sealed.substring(i + 1);
            // The last character of base64 may hold bits that stand for nothing.
            if (i < sealed.length() - 1) {
                assertThat(secrets.open(TENANT, "feed", altered)).as(i + "").isEmpty();
            }
            assertThat(secrets.open(TENANT, "feed", sealed.substring(0, i))).isEmpty();
        }
        assertThat(secrets.open(TENANT, "feed", "")).isEmpty();
        assertThat(secrets.open(TENANT, "feed", "s1.old.$$$.$$$")).isEmpty();
    }

    @Test
    void keysAreRotatedWithoutAGap() {
        String sealed = with(OLD).seal(TENANT, "feed", SECRET);
        SealedSecrets both = with(NEW + ", " + OLD);
        assertThat(both.open(TENANT, "feed", sealed)).contains(SECRET);
        assertThat(both.isOutdated(sealed)).isTrue();
        String anew = both.seal(TENANT, "feed", SECRET);
        assertThat(both.isOutdated(anew)).isFalse();
        assertThat(with(NEW).open(TENANT, "feed", anew)).contains(SECRET);
        assertThat(with(NEW).open(TENANT, "feed", sealed)).isEmpty();
        assertThat(with("old:" + "B".repeat(42) + "A=").open(TENANT, "feed", sealed))
                .as("another key under the same id")
                .isEmpty();
    }

    @Test
    void withoutAKeyNothingIsSealed() {
        assertThat(with("").isConfigured()).isFalse();
        assertThatThrownBy(() -> with("").seal(TENANT, "feed", SECRET))
                .isInstanceOfSatisfying(
                        AppException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SECRETS_NOT_CONFIGURED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"one", "one:AAAA", ":AAAA", "o/e:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "one:!", ",", " "
            })
    void keysThatAreNoneAreRefusedWithoutBeingShown(String setting) {
        assertThatThrownBy(() -> SealedSecrets.keys(setting))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 bytes")
                .hasMessageNotContaining("AAAA");
    }

    @Test
    void anIdStandsForOneKey() {
        assertThatThrownBy(() -> SealedSecrets.keys(OLD + "," + OLD)).hasMessageContaining("id of its own");
        assertThat(SealedSecrets.keys(OLD).toString()).contains("old").doesNotContain("AAAA");
    }
}
