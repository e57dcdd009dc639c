package dev.mtdconnector.app;

import dev.mtdconnector.device.TraceAge;
import dev.mtdconnector.enrollment.SupportRules;
import dev.mtdconnector.graph.CredentialSettings;
import dev.mtdconnector.graph.GraphSettings;
import dev.mtdconnector.graph.LoginSettings;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.mail.AcsSettings;
import dev.mtdconnector.mail.MailSettings;
import dev.mtdconnector.mail.SmtpSettings;
import dev.mtdconnector.partner.PartnerSettings;
import dev.mtdconnector.storage.StorageSettings;
import dev.mtdconnector.tenant.Registration;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the settings and collects everything that is wrong with them. */
final class SettingsReader {

    private static final UUID NO_ID = new UUID(0, 0);
    private static final URI NO_ADDRESS = URI.create("https://invalid.invalid");
    private static final String NO_STORAGE = "missing";

    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();

    SettingsReader(Map<String, String> environment) {
        this.environment = environment;
    }

    Settings read() {
        refuseUnknown();
        URI publicUrl = root(SettingKey.MTD_PUBLIC_URL);
        URI login = root(SettingKey.LOGIN_ENDPOINT);
        String browsers = value(SettingKey.LOGIN_BROWSER_ENDPOINT);
        URI browserLogin = browsers.isEmpty() ? login : address(SettingKey.LOGIN_BROWSER_ENDPOINT);
        Settings settings = new Settings(
                publicUrl.toString(),
                storage(),
                new GraphSettings(root(SettingKey.GRAPH_ENDPOINT), value(SettingKey.GRAPH_SCOPE)),
                new LoginSettings(login, registrations()),
                browserLogin.toString(),
                partner(publicUrl),
                mail(),
                new Settings.Agents(agentClientIds()),
                new SupportRules(number(SettingKey.MTD_LEAST_IOS, 1, 99), number(SettingKey.MTD_LEAST_ANDROID, 1, 99)),
                Duration.ofDays(number(SettingKey.MTD_RETENTION_DAYS, 0, 365)),
                Duration.ofDays(number(SettingKey.MTD_TRACE_RETENTION_DAYS, TraceAge.LEAST_DAYS, TraceAge.MOST_DAYS)),
                operatorKey(),
                operatorTenantId());
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        return settings;
    }

    /** A misspelt setting would silently be none, so every name with our prefix must be known. */
    private void refuseUnknown() {
        Set<String> known = new HashSet<>();
        for (SettingKey key : SettingKey.values()) {
            known.add(key.name());
        }
        for (String name : new TreeSet<>(environment.keySet())) {
            if ((name.startsWith("MTD_") || name.startsWith("STATE_STORAGE")) && !known.contains(name)) {
                problems.add(name + " is not a known setting");
            }
        }
    }

    private StorageSettings storage() {
        String connection = value(SettingKey.STATE_STORAGE);
        String table = value(SettingKey.STATE_STORAGE__tableServiceUri);
        String queue = value(SettingKey.STATE_STORAGE__queueServiceUri);
        String blob = value(SettingKey.STATE_STORAGE__blobServiceUri);
        String credential = value(SettingKey.STATE_STORAGE__credential);
        String clientId = value(SettingKey.STATE_STORAGE__clientId);
        boolean anyOther = !(table + queue + blob + credential + clientId).isEmpty();
        if (!connection.isEmpty()) {
            if (anyOther) {
                problems.add("STATE_STORAGE and STATE_STORAGE__… exclude each other");
            }
            return StorageSettings.of(connection);
        }
        if (table.isEmpty() || queue.isEmpty() || blob.isEmpty()) {
            problems.add("STATE_STORAGE is required, or STATE_STORAGE__tableServiceUri, __queueServiceUri and"
                    + " __blobServiceUri together");
            return StorageSettings.of(NO_STORAGE);
        }
        if (!credential.equals("managedidentity")) {
            problems.add("STATE_STORAGE__credential must be managedidentity when addresses are given");
        }
        return StorageSettings.of(
                address(SettingKey.STATE_STORAGE__tableServiceUri),
                address(SettingKey.STATE_STORAGE__queueServiceUri),
                address(SettingKey.STATE_STORAGE__blobServiceUri),
                clientId.isEmpty() ? null : clientId);
    }

    private Map<Registration, LoginSettings.App> registrations() {
        Map<Registration, LoginSettings.App> apps = new HashMap<>();
        for (Registration registration : Registration.values()) {
            SettingKey id = key(registration, "CLIENT_ID");
            if (isLeftOut(registration)) {
                continue;
            }
            apps.put(registration, new LoginSettings.App(guid(id), credential(registration)));
        }
        return apps;
    }

    /** A registration that a deployment can be without, and is. */
    private boolean isLeftOut(Registration registration) {
        SettingKey id = key(registration, "CLIENT_ID");
        if (id.byDefault() == null) {
            return false;
        }
        boolean isGiven = !value(id).isEmpty();
        boolean hasCredential = Stream.of(
                        "CLIENT_SECRET", "CERTIFICATE_PATH", "CERTIFICATE_PASSWORD", "MANAGED_IDENTITY")
                .anyMatch(name -> !value(key(registration, name)).isEmpty());
        if (!isGiven && hasCredential) {
            problems.add(id.name() + " is required with a credential of that registration");
        }
        return !isGiven;
    }

    private CredentialSettings credential(Registration registration) {
        String secret = value(key(registration, "CLIENT_SECRET"));
        String path = value(key(registration, "CERTIFICATE_PATH"));
        String password = value(key(registration, "CERTIFICATE_PASSWORD"));
        String identity = value(key(registration, "MANAGED_IDENTITY"));
        long given = List.of(secret, path, identity).stream()
                .filter(text -> !text.isEmpty())
                .count();
        if (given != 1) {
            problems.add("MTD_" + registration.name() + "_… needs exactly one of CLIENT_SECRET, CERTIFICATE_PATH and"
                    + " MANAGED_IDENTITY");
        }
        if (!password.isEmpty() && path.isEmpty()) {
            problems.add(key(registration, "CERTIFICATE_PASSWORD").name() + " is given without a certificate");
        }
        if (!identity.isEmpty()) {
            return new CredentialSettings.ManagedIdentity(
                    guid(key(registration, "MANAGED_IDENTITY")).toString(), value(SettingKey.MTD_FEDERATION_AUDIENCE));
        }
        return path.isEmpty()
                ? new CredentialSettings.ClientSecret(secret)
                : new CredentialSettings.Certificate(path, password.isEmpty() ? null : password);
    }

    private PartnerSettings partner(URI publicUrl) {
        String service = value(SettingKey.INTUNE_SERVICE_ENDPOINT);
        String type = value(SettingKey.MTD_PARTNER_ENTITY_TYPE);
        String field = value(SettingKey.MTD_PARTNER_THREAT_FIELD);
        if (type.isEmpty() != field.isEmpty()) {
            problems.add("MTD_PARTNER_ENTITY_TYPE and MTD_PARTNER_THREAT_FIELD are given together or not at all");
        }
        if (!field.isEmpty() && !field.matches("[A-Za-z][A-Za-z0-9_]{0,63}")) {
            problems.add("MTD_PARTNER_THREAT_FIELD must be a field's name");
            field = "";
        }
        try {
            return new PartnerSettings(
                    service.isEmpty() ? null : address(SettingKey.INTUNE_SERVICE_ENDPOINT),
                    value(SettingKey.INTUNE_SCOPE),
                    publicUrl.resolve("/"),
                    publicUrl.resolve("/"),
                    type.isEmpty() ? null : number(SettingKey.MTD_PARTNER_ENTITY_TYPE, 0, Integer.MAX_VALUE),
                    field.isEmpty() ? null : field);
        } catch (IllegalArgumentException e) {
            problems.add("MTD_PARTNER_THREAT_FIELD is the name of another field");
            return new PartnerSettings(null, "", publicUrl, publicUrl, null, null);
        }
    }

    private MailSettings mail() {
        String from = value(SettingKey.MTD_MAIL_FROM);
        if (!from.isEmpty() && !Fields.isEmail(from)) {
            problems.add("MTD_MAIL_FROM must be an e-mail address");
        }
        String endpoint = value(SettingKey.MTD_MAIL_ENDPOINT);
        String identity = value(SettingKey.MTD_MAIL_IDENTITY);
        String host = value(SettingKey.MTD_MAIL_HOST);
        if (endpoint.isEmpty()) {
            if (host.isEmpty()) {
                problems.add("MTD_MAIL_HOST is required, or MTD_MAIL_ENDPOINT");
            }
            if (!identity.isEmpty()) {
                problems.add("MTD_MAIL_IDENTITY is for MTD_MAIL_ENDPOINT, which is missing");
            }
            return smtp(host, from);
        }
        URI address = root(SettingKey.MTD_MAIL_ENDPOINT);
        if (!"https".equals(address.getScheme())) {
            problems.add("MTD_MAIL_ENDPOINT must begin with https://");
        }
        if (!identity.isEmpty() && !Fields.isGuid(identity)) {
            problems.add("MTD_MAIL_IDENTITY must be a GUID");
        }
        if (!host.isEmpty()) {
            problems.add("MTD_MAIL_HOST and MTD_MAIL_ENDPOINT exclude each other");
        }
        return new AcsSettings(address, identity.isEmpty() ? null : identity, from);
    }

    private SmtpSettings smtp(String host, String from) {
        String user = value(SettingKey.MTD_MAIL_USER);
        String password = value(SettingKey.MTD_MAIL_PASSWORD);
        SmtpSettings.Security security = SmtpSettings.Security.STARTTLS;
        try {
            security = SmtpSettings.Security.valueOf(
                    value(SettingKey.MTD_MAIL_SECURITY).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            problems.add("MTD_MAIL_SECURITY must be starttls, tls or none");
        }
        int port = number(SettingKey.MTD_MAIL_PORT, 1, 65535);
        if (user.isEmpty() != password.isEmpty()) {
            problems.add("MTD_MAIL_USER and MTD_MAIL_PASSWORD are given together or not at all");
        } else if (!user.isEmpty() && security == SmtpSettings.Security.NONE) {
            problems.add("MTD_MAIL_PASSWORD is not sent over an open connection: set MTD_MAIL_SECURITY");
        } else {
            return new SmtpSettings(
                    host, port, security, user.isEmpty() ? null : user, password.isEmpty() ? null : password, from);
        }
        return new SmtpSettings("", port, security, null, null, from);
    }

    private Set<String> agentClientIds() {
        Set<String> ids = new HashSet<>();
        for (String id : value(SettingKey.MTD_AGENT_CLIENT_IDS).split(",", -1)) {
            String trimmed = id.strip().toLowerCase(Locale.ROOT);
            if (Fields.isGuid(trimmed)) {
                ids.add(trimmed);
            } else if (!trimmed.isEmpty()) {
                problems.add("MTD_AGENT_CLIENT_IDS must be GUIDs, separated by commas");
            }
        }
        return ids;
    }

    private @Nullable String operatorKey() {
        String key = value(SettingKey.MTD_OPERATOR_KEY);
        if (!key.isEmpty() && key.length() < 32) {
            problems.add("MTD_OPERATOR_KEY must have at least 32 characters");
        }
        return key.isEmpty() ? null : key;
    }

    private String operatorTenantId() {
        return value(SettingKey.MTD_OPERATOR_TENANT_ID).isEmpty()
                ? ""
                : guid(SettingKey.MTD_OPERATOR_TENANT_ID).toString();
    }

    private URI address(SettingKey key) {
        String text = value(key);
        if (text.isEmpty()) {
            return NO_ADDRESS;
        }
        try {
            URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean loopback = uri.getHost() != null && uri.getHost().matches("localhost|127\\.0\\.0\\.1");
            if (uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && ("https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && loopback))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Answered below, like every other text that is no address.
        }
        problems.add(key.name() + " must be an https address (http only on this machine)");
        return NO_ADDRESS;
    }

    /** An address to which we add version or tenant ourselves. */
    private URI root(SettingKey key) {
        URI uri = address(key);
        if (uri.getRawPath().isEmpty()) {
            return uri;
        }
        problems.add(key.name() + " must be an address without a path");
        return NO_ADDRESS;
    }

    private UUID guid(SettingKey key) {
        String text = value(key);
        if (Fields.isGuid(text)) {
            return UUID.fromString(text);
        }
        if (!text.isEmpty()) {
            problems.add(key.name() + " must be a GUID");
        }
        return NO_ID;
    }

    private int number(SettingKey key, int least, int most) {
        String text = value(key);
        if (text.matches("[0-9]{1,10}") && Long.parseLong(text) >= least && Long.parseLong(text) <= most) {
            return Integer.parseInt(text);
        }
        problems.add(key.name() + " must be a whole number from " + least + " to " + most);
        return least;
    }

    /** The value, the default of an absent one, or empty text after noting that it is missing. */
    private String value(SettingKey key) {
        String text = environment.get(key.name());
        if (text != null && !text.isBlank()) {
            return text.strip();
        }
        String byDefault = key.byDefault();
        if (byDefault == null) {
            String problem = key.name() + " is required";
            if (!problems.contains(problem)) {
                problems.add(problem);
            }
            return "";
        }
        return byDefault;
    }

    private static SettingKey key(Registration registration, String name) {
        return SettingKey.valueOf("MTD_" + registration.name() + "_" + name);
    }
}
