package dev.mtdconnector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.enrollment.SupportRules;
import dev.mtdconnector.graph.CredentialSettings;
import dev.mtdconnector.graph.GraphSettings;
import dev.mtdconnector.graph.LoginSettings;
import dev.mtdconnector.mail.SmtpSettings;
import dev.mtdconnector.partner.PartnerSettings;
import dev.mtdconnector.signin.SealedSecrets;
import dev.mtdconnector.storage.StorageSettings;
import dev.mtdconnector.tenant.Registration;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SettingsTest {

    private static final String BASE_ID = "5fc0ed1c-af1c-4677-827b-76718586c874";
    private static final String PARTNER_ID = "0f445670-4b58-44e7-8afa-48335ce0baa0";
    private static final String IDENTITY_ID = "7b9a3a3e-5c0c-4f6e-9a58-0f3f7a7a2f10";
    private static final String AGENT_ID = "f4578075-f2ac-4717-ab2b-efc43e07e7cf";
    private static final String SEAL = "new:" + "A".repeat(43) + "=, old:" + "B".repeat(42) + "A=";
    private static final String LONG_KEY = "k".repeat(32);

    /** What must be set, and nothing else. */
    static final Map<String, String> LEAST = Map.of(
            "MTD_PUBLIC_URL", "https://mtd.example",
            "STATE_STORAGE", "UseDevelopmentStorage=true",
            "MTD_BASE_CLIENT_ID", BASE_ID,
            "MTD_BASE_CLIENT_SECRET", "base secret",
            "MTD_PARTNER_CLIENT_ID", PARTNER_ID,
            "MTD_PARTNER_CLIENT_SECRET", "partner secret",
            "MTD_MAIL_HOST", "smtp.example",
            "MTD_MAIL_FROM", "mtd@mtd.example");

    /** Everything that can stand together, nothing at its default; the base registration with a certificate. */
    static final Map<String, String> MOST = Map.ofEntries(
            Map.entry("MTD_PUBLIC_URL", "https://mtd.example/"),
            Map.entry("STATE_STORAGE__tableServiceUri", "https://account.table.example"),
            Map.entry("STATE_STORAGE__queueServiceUri", "https://account.queue.example"),
            Map.entry("STATE_STORAGE__blobServiceUri", "https://account.blob.example"),
            Map.entry("STATE_STORAGE__credential", "managedidentity"),
            Map.entry("STATE_STORAGE__clientId", IDENTITY_ID),
            Map.entry("GRAPH_ENDPOINT", "https://graph.example"),
            Map.entry("GRAPH_SCOPE", "https://graph.example/.default"),
            Map.entry("LOGIN_ENDPOINT", "https://login.example"),
            Map.entry("LOGIN_BROWSER_ENDPOINT", "http://localhost:7080"),
            Map.entry("INTUNE_SERVICE_ENDPOINT", "https://intune.example"),
            Map.entry("INTUNE_SCOPE", "https://intune.example/.default"),
            Map.entry("MTD_BASE_CLIENT_ID", BASE_ID),
            Map.entry("MTD_BASE_CERTIFICATE_PATH", "base.pfx"),
            Map.entry("MTD_BASE_CERTIFICATE_PASSWORD", "base password"),
            Map.entry("MTD_PARTNER_CLIENT_ID", PARTNER_ID),
            Map.entry("MTD_PARTNER_MANAGED_IDENTITY", IDENTITY_ID),
            Map.entry("MTD_FEDERATION_AUDIENCE", "api://audience.example"),
            Map.entry("MTD_PARTNER_ENTITY_TYPE", "1001"),
            Map.entry("MTD_PARTNER_THREAT_FIELD", "ThreatState"),
            Map.entry("MTD_PARTNER_CONNECTOR_ID", AGENT_ID.toUpperCase(Locale.ROOT)),
            Map.entry("MTD_AGENT_CLIENT_IDS", " " + AGENT_ID + " , " + BASE_ID.toUpperCase(Locale.ROOT)),
            Map.entry("MTD_OPERATOR_KEY", LONG_KEY),
            Map.entry("MTD_OPERATOR_TENANT_ID", AGENT_ID.toUpperCase(Locale.ROOT)),
            Map.entry("RISK_FEED_ENDPOINT", "https://r.example/"),
            Map.entry("MTD_SEALING_KEYS", SEAL),
            Map.entry("MTD_RETENTION_DAYS", "365"),
            Map.entry("MTD_TRACE_RETENTION_DAYS", "730"),
            Map.entry("MTD_ERROR_MAILS_PER_HOUR", "60"),
            Map.entry("MTD_LEAST_IOS", "16"),
            Map.entry("MTD_LEAST_ANDROID", "12"),
            Map.entry("MTD_MAIL_HOST", "smtp.example"),
            Map.entry("MTD_MAIL_PORT", "465"),
            Map.entry("MTD_MAIL_SECURITY", "tls"),
            Map.entry("MTD_MAIL_USER", "mailer"),
            Map.entry("MTD_MAIL_PASSWORD", "mail password"),
            Map.entry("MTD_MAIL_FROM", "mtd@mtd.example"));

    /** Mail by Azure Communication Services. */
    static final Map<String, String> BY_ACS =
            with(with(LEAST, "MTD_MAIL_HOST", ""), "MTD_MAIL_ENDPOINT", "https://mail.communication.example");

    /** Other ways for a registration to prove itself. */
    private static final Map<String, String> OTHER_WAYS = Map.of(
            "MTD_BASE_CLIENT_SECRET", "",
            "MTD_BASE_MANAGED_IDENTITY", IDENTITY_ID,
            "MTD_PARTNER_CLIENT_SECRET", "",
            "MTD_PARTNER_CERTIFICATE_PATH", "partner.pem",
            "MTD_PARTNER_CERTIFICATE_PASSWORD", "partner password");

    /** Registrations that a deployment can be without. */
    private static final List<String> OPTIONAL = List.of("ATTRIBUTE", "GROUP", "DEVICE_GROUP");

    /** All of these with one credential. */
    private static Map<String, String> optional(String credential, String value) {
        Map<String, String> settings = new HashMap<>();
        for (String name : OPTIONAL) {
            settings.put("MTD_" + name + "_CLIENT_ID", AGENT_ID);
            for (String one :
                    List.of("CLIENT_SECRET", "CERTIFICATE_PATH", "CERTIFICATE_PASSWORD", "MANAGED_IDENTITY")) {
                settings.put("MTD_" + name + "_" + one, one.equals(credential) ? value : "");
            }
        }
        return settings;
    }

    /** Well-formed settings. */
    private static final Set<SettingKey> ANY_TEXT = EnumSet.of(
            SettingKey.MTD_ATTRIBUTE_CLIENT_SECRET,
            SettingKey.MTD_ATTRIBUTE_CERTIFICATE_PATH,
            SettingKey.MTD_ATTRIBUTE_CERTIFICATE_PASSWORD,
            SettingKey.MTD_GROUP_CLIENT_SECRET,
            SettingKey.MTD_GROUP_CERTIFICATE_PATH,
            SettingKey.MTD_GROUP_CERTIFICATE_PASSWORD,
            SettingKey.MTD_DEVICE_GROUP_CLIENT_SECRET,
            SettingKey.MTD_DEVICE_GROUP_CERTIFICATE_PATH,
            SettingKey.MTD_DEVICE_GROUP_CERTIFICATE_PASSWORD,
            SettingKey.STATE_STORAGE,
            SettingKey.STATE_STORAGE__clientId,
            SettingKey.GRAPH_SCOPE,
            SettingKey.INTUNE_SCOPE,
            SettingKey.MTD_BASE_CLIENT_SECRET,
            SettingKey.MTD_BASE_CERTIFICATE_PATH,
            SettingKey.MTD_BASE_CERTIFICATE_PASSWORD,
            SettingKey.MTD_PARTNER_CLIENT_SECRET,
            SettingKey.MTD_PARTNER_CERTIFICATE_PATH,
            SettingKey.MTD_PARTNER_CERTIFICATE_PASSWORD,
            SettingKey.MTD_FEDERATION_AUDIENCE,
            SettingKey.MTD_MAIL_HOST,
            SettingKey.MTD_MAIL_USER,
            SettingKey.MTD_MAIL_PASSWORD);

    /** A malformed value for each of the others, in the company of settings that are fine. */
    private static final List<Malformed> MALFORMED = List.of(
            new Malformed(SettingKey.MTD_PUBLIC_URL, LEAST, "http://mtd.example", "https"),
            new Malformed(SettingKey.MTD_PUBLIC_URL, LEAST, "https://mtd.example?a=b", "https"),
            new Malformed(SettingKey.MTD_PUBLIC_URL, LEAST, "https://example.com/mtd", "without a path"),
            new Malformed(SettingKey.STATE_STORAGE__tableServiceUri, MOST, "no address", "https"),
            new Malformed(SettingKey.STATE_STORAGE__queueServiceUri, MOST, "ftp://queue.example", "https"),
            new Malformed(SettingKey.STATE_STORAGE__blobServiceUri, MOST, "https://", "https"),
            new Malformed(SettingKey.STATE_STORAGE__credential, MOST, "password", "managedidentity"),
            new Malformed(SettingKey.GRAPH_ENDPOINT, LEAST, "graph.example", "https"),
            new Malformed(SettingKey.GRAPH_ENDPOINT, LEAST, "https://graph.example/v1.0", "without a path"),
            new Malformed(SettingKey.GRAPH_ENDPOINT, LEAST, "https://me@graph.example", "https"),
            new Malformed(SettingKey.LOGIN_ENDPOINT, LEAST, "http://login.example", "https"),
            new Malformed(SettingKey.LOGIN_ENDPOINT, LEAST, "https://login.example/common", "without a path"),
            new Malformed(SettingKey.LOGIN_BROWSER_ENDPOINT, LEAST, "http://login.example", "https"),
            new Malformed(SettingKey.INTUNE_SERVICE_ENDPOINT, LEAST, "http://intune.example", "https"),
            new Malformed(SettingKey.MTD_BASE_CLIENT_ID, LEAST, "base", "GUID"),
            new Malformed(SettingKey.MTD_BASE_MANAGED_IDENTITY, with(LEAST, "MTD_BASE_CLIENT_SECRET", ""), "x", "GUID"),
            new Malformed(SettingKey.MTD_PARTNER_CLIENT_ID, LEAST, "partner", "GUID"),
            new Malformed(SettingKey.MTD_PARTNER_MANAGED_IDENTITY, MOST, "identity", "GUID"),
            new Malformed(SettingKey.MTD_ATTRIBUTE_CLIENT_ID, with(LEAST, optional("CLIENT_SECRET", "x")), "a", "GUID"),
            new Malformed(SettingKey.MTD_GROUP_CLIENT_ID, with(LEAST, optional("CLIENT_SECRET", "x")), "a", "GUID"),
            new Malformed(
                    SettingKey.MTD_DEVICE_GROUP_CLIENT_ID, with(LEAST, optional("CLIENT_SECRET", "x")), "a", "GUID"),
            new Malformed(
                    SettingKey.MTD_ATTRIBUTE_MANAGED_IDENTITY,
                    with(with(LEAST, optional("CLIENT_SECRET", "x")), "MTD_ATTRIBUTE_CLIENT_SECRET", ""),
                    "a",
                    "GUID"),
            new Malformed(
                    SettingKey.MTD_GROUP_MANAGED_IDENTITY,
                    with(with(LEAST, optional("CLIENT_SECRET", "x")), "MTD_GROUP_CLIENT_SECRET", ""),
                    "a",
                    "GUID"),
            new Malformed(
                    SettingKey.MTD_DEVICE_GROUP_MANAGED_IDENTITY,
                    with(with(LEAST, optional("CLIENT_SECRET", "x")), "MTD_DEVICE_GROUP_CLIENT_SECRET", ""),
                    "a",
                    "GUID"),
            new Malformed(SettingKey.MTD_PARTNER_ENTITY_TYPE, MOST, "one", "whole number"),
            new Malformed(SettingKey.MTD_PARTNER_ENTITY_TYPE, MOST, "2147483648", "whole number"),
            new Malformed(SettingKey.MTD_PARTNER_THREAT_FIELD, MOST, "1st", "name"),
            new Malformed(SettingKey.MTD_PARTNER_THREAT_FIELD, MOST, "DeviceId", "another field"),
            new Malformed(SettingKey.MTD_PARTNER_CONNECTOR_ID, LEAST, "lookout", "GUID"),
            new Malformed(SettingKey.MTD_AGENT_CLIENT_IDS, LEAST, AGENT_ID + ",agent", "GUIDs"),
            new Malformed(SettingKey.MTD_OPERATOR_KEY, LEAST, "k".repeat(31), "32"),
            new Malformed(SettingKey.MTD_OPERATOR_TENANT_ID, LEAST, "contoso.example", "GUID"),
            new Malformed(SettingKey.RISK_FEED_ENDPOINT, LEAST, "x", "https"),
            new Malformed(SettingKey.MTD_SEALING_KEYS, LEAST, "x", "32"),
            new Malformed(SettingKey.MTD_RETENTION_DAYS, LEAST, "366", "0 to 365"),
            new Malformed(SettingKey.MTD_TRACE_RETENTION_DAYS, LEAST, "0", "1 to 730"),
            new Malformed(SettingKey.MTD_TRACE_RETENTION_DAYS, LEAST, "731", "1 to 730"),
            new Malformed(SettingKey.MTD_ERROR_MAILS_PER_HOUR, LEAST, "0", "1 to 60"),
            new Malformed(SettingKey.MTD_ERROR_MAILS_PER_HOUR, LEAST, "61", "1 to 60"),
            new Malformed(SettingKey.MTD_LEAST_IOS, LEAST, "0", "1 to 99"),
            new Malformed(SettingKey.MTD_LEAST_ANDROID, LEAST, "100", "1 to 99"),
            new Malformed(SettingKey.MTD_MAIL_PORT, LEAST, "65536", "1 to 65535"),
            new Malformed(SettingKey.MTD_MAIL_SECURITY, LEAST, "ssl", "starttls"),
            new Malformed(SettingKey.MTD_MAIL_FROM, LEAST, "mtd", "e-mail"),
            new Malformed(SettingKey.MTD_MAIL_ENDPOINT, BY_ACS, "http://mail.example", "https"),
            new Malformed(SettingKey.MTD_MAIL_IDENTITY, BY_ACS, "somebody", "GUID"));

    /** A wrong value, and what its problem mentions. */
    record Malformed(SettingKey key, Map<String, String> company, String value, String mentions) {}

    @Test
    void whatIsNotSetHasItsDefault() {
        assertThat(Settings.from(LEAST))
                .isEqualTo(new Settings(
                        "https://mtd.example",
                        StorageSettings.of("UseDevelopmentStorage=true"),
                        new GraphSettings(
                                URI.create("https://graph.microsoft.com"), "https://graph.microsoft.com/.default"),
                        new LoginSettings(
                                URI.create("https://login.microsoftonline.com"),
                                Map.of(
                                        Registration.BASE,
                                        app(BASE_ID, new CredentialSettings.ClientSecret("base secret")),
                                        Registration.PARTNER,
                                        app(PARTNER_ID, new CredentialSettings.ClientSecret("partner secret")))),
                        "https://login.microsoftonline.com",
                        new PartnerSettings(
                                null,
                                PartnerSettings.PUBLIC_CLOUD_SCOPE,
                                URI.create("https://mtd.example/"),
                                URI.create("https://mtd.example/"),
                                null,
                                null,
                                null),
                        new SmtpSettings(
                                "smtp.example", 587, SmtpSettings.Security.STARTTLS, null, null, "mtd@mtd.example"),
                        new Settings.Agents(Set.of()),
                        new SupportRules(15, 10),
                        URI.create("https://api.lookout.com"),
                        List.of(),
                        Duration.ofDays(30),
                        Duration.ofDays(90),
                        4,
                        null,
                        ""));
    }

    @Test
    void whatIsSetIsRead() {
        assertThat(Settings.from(MOST))
                .isEqualTo(new Settings(
                        "https://mtd.example",
                        StorageSettings.of(
                                URI.create("https://account.table.example"),
                                URI.create("https://account.queue.example"),
                                URI.create("https://account.blob.example"),
                                IDENTITY_ID),
                        new GraphSettings(URI.create("https://graph.example"), "https://graph.example/.default"),
                        new LoginSettings(
                                URI.create("https://login.example"),
                                Map.of(
                                        Registration.BASE,
                                        app(BASE_ID, new CredentialSettings.Certificate("base.pfx", "base password")),
                                        Registration.PARTNER,
                                        app(
                                                PARTNER_ID,
                                                new CredentialSettings.ManagedIdentity(
                                                        IDENTITY_ID, "api://audience.example")))),
                        "http://localhost:7080",
                        new PartnerSettings(
                                URI.create("https://intune.example"),
                                "https://intune.example/.default",
                                URI.create("https://mtd.example/"),
                                URI.create("https://mtd.example/"),
                                1001,
                                "ThreatState",
                                AGENT_ID),
                        new SmtpSettings(
                                "smtp.example",
                                465,
                                SmtpSettings.Security.TLS,
                                "mailer",
                                "mail password",
                                "mtd@mtd.example"),
                        new Settings.Agents(Set.of(AGENT_ID, BASE_ID)),
                        new SupportRules(16, 12),
                        URI.create("https://r.example"),
                        SealedSecrets.keys(SEAL),
                        Duration.ofDays(365),
                        Duration.ofDays(730),
                        60,
                        LONG_KEY,
                        AGENT_ID));
    }

    @Test
    void eitherRegistrationMayUseAnyCredential() {
        Settings settings = Settings.from(with(LEAST, OTHER_WAYS));

        assertThat(settings.login().registrations())
                .containsEntry(
                        Registration.BASE,
                        app(
                                BASE_ID,
                                new CredentialSettings.ManagedIdentity(
                                        IDENTITY_ID, CredentialSettings.ManagedIdentity.PUBLIC_CLOUD_AUDIENCE)))
                .containsEntry(
                        Registration.PARTNER,
                        app(PARTNER_ID, new CredentialSettings.Certificate("partner.pem", "partner password")));
    }

    @Test
    void aRegistrationThatADeploymentCanBeWithoutIsThereWithItsCredentialOrNotAtAll() {
        assertThat(Settings.from(LEAST).login().registrations())
                .containsOnlyKeys(Registration.BASE, Registration.PARTNER);
        assertThat(Settings.from(with(LEAST, optional("CLIENT_SECRET", "x")))
                        .login()
                        .registrations())
                .containsEntry(Registration.DEVICE_GROUP, app(AGENT_ID, new CredentialSettings.ClientSecret("x")))
                .hasSize(5);
        assertThatThrownBy(() -> Settings.from(with(LEAST, "MTD_GROUP_CLIENT_SECRET", "x")))
                .hasMessageContaining("MTD_GROUP_CLIENT_ID is required");
        assertThatThrownBy(() -> Settings.from(with(LEAST, "MTD_GROUP_CLIENT_ID", AGENT_ID)))
                .hasMessageContaining("MTD_GROUP_… needs exactly one of");
    }

    @Test
    void everySettingIsSetAndMalformedInThisTest() {
        Map<String, String> set = with(
                with(with(with(LEAST, MOST), OTHER_WAYS), optional("", "")),
                with(BY_ACS, "MTD_MAIL_IDENTITY", IDENTITY_ID));
        Set<SettingKey> malformed = MALFORMED.stream().map(Malformed::key).collect(Collectors.toSet());
        malformed.addAll(ANY_TEXT);

        for (SettingKey key : SettingKey.values()) {
            assertThat(set).containsKey(key.name());
            assertThat(malformed).contains(key);
        }
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aMalformedValueIsNamedAndIsTheOnlyProblem(Malformed malformed) {
        assertThat(problems(with(malformed.company(), malformed.key().name(), malformed.value())))
                .singleElement()
                .asString()
                .startsWith(malformed.key().name())
                .contains(malformed.mentions());
    }

    @Test
    void aMisspeltSettingIsNamed() {
        Map<String, String> misspelt =
                with(Map.of("MTD_MAIL_PROT", "25", "STATE_STORAGE__tableserviceuri", "x", "PATH", "y"), LEAST);

        assertThat(problems(misspelt))
                .containsExactly(
                        "MTD_MAIL_PROT is not a known setting",
                        "STATE_STORAGE__tableserviceuri is not a known setting");
    }

    @Test
    void everythingThatIsMissingIsNamedAtOnce() {
        assertThat(problems(Map.of()))
                .hasSize(8)
                .contains(
                        "MTD_PUBLIC_URL is required",
                        "MTD_BASE_CLIENT_ID is required",
                        "MTD_PARTNER_CLIENT_ID is required",
                        "MTD_MAIL_HOST is required, or MTD_MAIL_ENDPOINT",
                        "MTD_MAIL_FROM is required")
                .anyMatch(problem -> problem.startsWith("STATE_STORAGE is required"))
                .anyMatch(problem -> problem.startsWith("MTD_BASE_…"))
                .anyMatch(problem -> problem.startsWith("MTD_PARTNER_…"));
    }

    @Test
    void noProblemEverShowsAValue() {
        Map<String, String> canaries = Arrays.stream(SettingKey.values())
                .collect(Collectors.toMap(SettingKey::name, key -> "canary of " + key.name()));

        InvalidSettingsException failure = invalid(canaries);

        assertThat(failure.problems()).hasSizeGreaterThan(15);
        assertThat(failure).hasNoCause();
        assertThat(failure.getMessage()).doesNotContain("canary").contains(failure.problems());
    }

    @Test
    void settingsThatArePrintedShowNoSecret() {
        assertThat(Settings.from(MOST).toString()).doesNotContain(LONG_KEY, "base password", "mail password");
        assertThat(Settings.from(LEAST).toString())
                .doesNotContain("base secret", "partner secret", "UseDevelopmentStorage");
    }

    static List<Malformed> malformed() {
        return MALFORMED;
    }

    private static LoginSettings.App app(String clientId, CredentialSettings credential) {
        return new LoginSettings.App(UUID.fromString(clientId), credential);
    }

    static List<String> problems(Map<String, String> environment) {
        return invalid(environment).problems();
    }

    private static InvalidSettingsException invalid(Map<String, String> environment) {
        return catchThrowableOfType(InvalidSettingsException.class, () -> Settings.from(environment));
    }

    static Map<String, String> with(Map<String, String> environment, String name, String value) {
        return with(environment, Map.of(name, value));
    }

    static Map<String, String> with(Map<String, String> environment, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return all;
    }
}
