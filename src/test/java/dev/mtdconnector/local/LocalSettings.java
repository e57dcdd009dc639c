package dev.mtdconnector.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.intune.ContosoIntune;
import dev.mtdconnector.local.intune.PartnerNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The connector's settings in the local world. */
final class LocalSettings {

    /** Opens nothing but a connector on this machine. */
    static final String OPERATOR_KEY = "operator-key-of-the-local-world-only";

    /** The secret of Contoso's registrations, which Contoso makes and nobody else takes. */
    static final String CLIENT_SECRET = "client-secret-of-the-local-world-only";

    /** Seals what tenants of the local world entrust to the connector. */
    static final String SEALING_KEY = "local:c2VhbGluZy1rZXktb2YtbG9jYWwtd29ybGQtb25seSE=";

    private static final Path FILE = Path.of("local.settings.json");

    private LocalSettings() {}

    /** Settings that point at the simulator. */
    static Map<String, String> ofSimulator(String connector, String contoso, String login, int smtp, String storage) {
        return Map.ofEntries(
                Map.entry("MTD_PUBLIC_URL", connector),
                Map.entry("STATE_STORAGE", storage),
                Map.entry("GRAPH_ENDPOINT", contoso),
                Map.entry("LOGIN_ENDPOINT", login),
                Map.entry("LOGIN_BROWSER_ENDPOINT", contoso),
                Map.entry("MTD_BASE_CLIENT_ID", WellKnown.BASE_CLIENT),
                Map.entry("MTD_BASE_CLIENT_SECRET", CLIENT_SECRET),
                Map.entry("MTD_PARTNER_CLIENT_ID", WellKnown.PARTNER_CLIENT),
                Map.entry("MTD_PARTNER_CLIENT_SECRET", CLIENT_SECRET),
                Map.entry("MTD_ATTRIBUTE_CLIENT_ID", WellKnown.ATTRIBUTE_CLIENT),
                Map.entry("MTD_ATTRIBUTE_CLIENT_SECRET", CLIENT_SECRET),
                Map.entry("MTD_GROUP_CLIENT_ID", WellKnown.GROUP_CLIENT),
                Map.entry("MTD_GROUP_CLIENT_SECRET", CLIENT_SECRET),
                Map.entry("MTD_DEVICE_GROUP_CLIENT_ID", WellKnown.DEVICE_GROUP_CLIENT),
                Map.entry("MTD_DEVICE_GROUP_CLIENT_SECRET", CLIENT_SECRET),
                Map.entry("MTD_AGENT_CLIENT_IDS", WellKnown.AGENT_CLIENT),
                Map.entry("MTD_OPERATOR_KEY", OPERATOR_KEY),
                Map.entry("MTD_OPERATOR_TENANT_ID", WellKnown.VENDOR_TENANT),
                Map.entry("RISK_FEED_ENDPOINT", contoso + "/mobile-risk"),
                Map.entry("MTD_SEALING_KEYS", SEALING_KEY),
                Map.entry("MTD_PARTNER_ID", ContosoIntune.PARTNER_ID),
                Map.entry("MTD_PARTNER_ENTITY_TYPE", Integer.toString(PartnerNames.INVENTED.entityType())),
                Map.entry("MTD_PARTNER_THREAT_FIELD", PartnerNames.INVENTED.threatField()),
                Map.entry("MTD_MAIL_HOST", "localhost"),
                Map.entry("MTD_MAIL_PORT", Integer.toString(smtp)),
                Map.entry("MTD_MAIL_SECURITY", "none"),
                Map.entry("MTD_MAIL_FROM", "mtd-connector@vendor.example"));
    }

    /**
     * Settings from {@code local.settings.json}, in the form that Core Tools reads ({@code Values}), and from the
     * environment, which comes first.
     */
    static Map<String, String> ofDeveloper() {
        Map<String, String> settings = new HashMap<>();
        if (Files.exists(FILE)) {
            try {
                JsonNode values =
                        JsonMapper.builder().build().readTree(FILE.toFile()).path("Values");
                values.fields()
                        .forEachRemaining(entry ->
                                settings.put(entry.getKey(), entry.getValue().asText()));
            } catch (IOException e) {
                throw new LocalWorldException(FILE + " cannot be read: " + e.getMessage(), e);
            }
        }
        settings.putAll(System.getenv());
        return settings;
    }
}
