package dev.mtdconnector.app;

import dev.mtdconnector.enrollment.SupportRules;
import dev.mtdconnector.graph.GraphSettings;
import dev.mtdconnector.graph.LoginSettings;
import dev.mtdconnector.mail.MailSettings;
import dev.mtdconnector.partner.PartnerSettings;
import dev.mtdconnector.storage.StorageSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a deployment: a record of records, one a feature. Read once, all problems reported at once.
 *
 * @param publicUrl the address at which browsers and agents reach us, without a trailing slash
 * @param loginForBrowsers the sign-in service as browsers reach it, without a trailing slash
 * @param retention for how long the data of an offboarded tenant is kept
 * @param traceRetention for how many days the lines of a device's trace are kept
 * @param operatorKey null when operators use no key
 * @param operatorTenantId the operator's own directory, in lower case; empty when operators use no tokens
 */
public record Settings(
        String publicUrl,
        StorageSettings storage,
        GraphSettings graph,
        LoginSettings login,
        String loginForBrowsers,
        PartnerSettings partner,
        MailSettings mail,
        Agents agents,
        SupportRules supported,
        Duration retention,
        Duration traceRetention,
        @Nullable String operatorKey,
        String operatorTenantId) {

    /** The agent apps whose users' tokens are accepted, by client id. */
    public record Agents(Set<String> clientIds) {
        public Agents {
            clientIds = Set.copyOf(clientIds);
        }
    }

    /**
     * @param environment as {@link System#getenv()} gives it
     * @throws InvalidSettingsException naming every missing, malformed, contradictory or unknown setting
     */
    public static Settings from(Map<String, String> environment) {
        return new SettingsReader(environment).read();
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "Settings[publicUrl=" + publicUrl + ", " + storage + ", " + graph + ", " + login + ", " + partner + ", "
                + mail + ", operatorKey=" + (operatorKey == null ? "none" : "…") + "]";
    }
}
