package dev.mtdconnector.app;

import dev.mtdconnector.enrollment.SupportRules;
import dev.mtdconnector.graph.GraphSettings;
import dev.mtdconnector.graph.LoginSettings;
import dev.mtdconnector.mail.MailSettings;
import dev.mtdconnector.partner.PartnerSettings;
import dev.mtdconnector.signin.SealedSecrets;
import dev.mtdconnector.storage.StorageSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a deployment: a record of records, one a feature. Read once, all problems reported at once.
 *
 * @param publicUrl the address at which browsers and agents reach us, without a trailing slash
 * @param loginForBrowsers the sign-in service as browsers reach it, without a trailing slash
 * @param riskFeed base address of the threat feed's API, without a trailing slash
 * @param sealing keys for secrets of tenants, the one that seals first; empty when none can be kept
 * @param retention for how long the data of an offboarded tenant is kept
 * @param traceRetention for how many days the lines of a device's trace are kept
 * @param errorMailsPerHour how many reports of errors a tenant gets within an hour at most
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
        URI riskFeed,
        List<SealedSecrets.SealingKey> sealing,
        Duration retention,
        Duration traceRetention,
        int errorMailsPerHour,
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
