package dev.mtdconnector.app;

import dev.mtdconnector.graph.CredentialSettings;
import dev.mtdconnector.partner.PartnerSettings;
import org.jspecify.annotations.Nullable;

/**
 * Every setting that the product reads, by its environment variable. The README's table is checked against this list.
 */
public enum SettingKey {
    MTD_PUBLIC_URL(null, "Address at which browsers and agents reach the connector, without a trailing slash."),
    STATE_STORAGE("", "Connection string of the storage account that holds tables and queues."),
    STATE_STORAGE__tableServiceUri("", "Instead of a connection string: address of the table service."),
    STATE_STORAGE__queueServiceUri("", "Likewise: address of the queue service."),
    STATE_STORAGE__blobServiceUri("", "Likewise: address of the blob service."),
    STATE_STORAGE__credential("", "`managedidentity`, with the three addresses."),
    STATE_STORAGE__clientId("", "Client id of the user-assigned managed identity; empty: the system-assigned one."),
    GRAPH_ENDPOINT("https://graph.microsoft.com", "Root of Microsoft Graph; another in sovereign clouds."),
    GRAPH_SCOPE(
            "https://graph.microsoft.com/.default", "What Graph tokens are asked for; another in sovereign clouds."),
    LOGIN_ENDPOINT("https://login.microsoftonline.com", "Root of the Microsoft sign-in service."),
    LOGIN_BROWSER_ENDPOINT("", "The same as browsers reach it; empty: `LOGIN_ENDPOINT`."),
    INTUNE_SERVICE_ENDPOINT("", "Root of Intune's partner service; empty: discovered through Graph."),
    INTUNE_SCOPE(PartnerSettings.PUBLIC_CLOUD_SCOPE, "What Intune tokens are asked for."),
    MTD_BASE_CLIENT_ID(null, "Client id of the base registration, which reads directories."),
    MTD_BASE_CLIENT_SECRET("", "Its secret: for development only."),
    MTD_BASE_CERTIFICATE_PATH("", "Its certificate with private key, PEM or PFX."),
    MTD_BASE_CERTIFICATE_PASSWORD("", "Password of the PFX file."),
    MTD_BASE_MANAGED_IDENTITY("", "Client id of the managed identity that is its federated credential."),
    MTD_PARTNER_CLIENT_ID(null, "Client id of the partner registration, which sends to Intune."),
    MTD_PARTNER_CLIENT_SECRET("", "Its secret: for development only."),
    MTD_PARTNER_CERTIFICATE_PATH("", "Its certificate with private key, PEM or PFX."),
    MTD_PARTNER_CERTIFICATE_PASSWORD("", "Password of the PFX file."),
    MTD_PARTNER_MANAGED_IDENTITY("", "Client id of the managed identity that is its federated credential."),
    MTD_ATTRIBUTE_CLIENT_ID(
            "",
            "Client id of the attribute registration, which writes an extension attribute of devices; empty: nobody can choose it."),
    MTD_ATTRIBUTE_CLIENT_SECRET("", "Its secret: for development only."),
    MTD_ATTRIBUTE_CERTIFICATE_PATH("", "Its certificate with private key, PEM or PFX."),
    MTD_ATTRIBUTE_CERTIFICATE_PASSWORD("", "Password of the PFX file."),
    MTD_ATTRIBUTE_MANAGED_IDENTITY("", "Client id of the managed identity that is its federated credential."),
    MTD_GROUP_CLIENT_ID(
            "",
            "Client id of the group registration, which puts users into a risk group; empty: nobody can choose it."),
    MTD_GROUP_CLIENT_SECRET("", "Its secret: for development only."),
    MTD_GROUP_CERTIFICATE_PATH("", "Its certificate with private key, PEM or PFX."),
    MTD_GROUP_CERTIFICATE_PASSWORD("", "Password of the PFX file."),
    MTD_GROUP_MANAGED_IDENTITY("", "Client id of the managed identity that is its federated credential."),
    MTD_DEVICE_GROUP_CLIENT_ID(
            "",
            "Client id of the device-group registration, which puts devices into a risk group; empty: nobody can choose it."),
    MTD_DEVICE_GROUP_CLIENT_SECRET("", "Its secret: for development only."),
    MTD_DEVICE_GROUP_CERTIFICATE_PATH("", "Its certificate with private key, PEM or PFX."),
    MTD_DEVICE_GROUP_CERTIFICATE_PASSWORD("", "Password of the PFX file."),
    MTD_DEVICE_GROUP_MANAGED_IDENTITY("", "Client id of the managed identity that is its federated credential."),
    MTD_FEDERATION_AUDIENCE(
            CredentialSettings.ManagedIdentity.PUBLIC_CLOUD_AUDIENCE,
            "Audience of the federated credential; differs by cloud."),
    MTD_PARTNER_ENTITY_TYPE("", "Number of the entity that carries a threat level; Microsoft gives it to partners."),
    MTD_PARTNER_THREAT_FIELD("", "Name of that entity's field for the level; likewise."),
    MTD_AGENT_CLIENT_IDS("", "Client ids of the agent apps, separated by commas."),
    MTD_OPERATOR_KEY("", "The operator's key, at least 32 characters; empty: no key makes an operator."),
    MTD_OPERATOR_TENANT_ID(
            "", "The operator's own directory, whose app role `Operator.All` makes an operator; empty: no role does."),
    MTD_RETENTION_DAYS("30", "Days for which the data of an offboarded tenant is kept, 0 to 365."),
    MTD_TRACE_RETENTION_DAYS("90", "Days for which the lines of a device's trace are kept, 1 to 730."),
    MTD_LEAST_IOS("15", "Least supported major version of iOS and iPadOS."),
    MTD_LEAST_ANDROID("10", "Least supported major version of Android."),
    MTD_MAIL_ENDPOINT(
            "",
            "Address of the Azure Communication Services resource that sends our mail, which we sign in to as a managed"
                    + " identity; empty: mail goes by SMTP."),
    MTD_MAIL_IDENTITY("", "Client id of the user-assigned identity for that; empty: the system-assigned one."),
    MTD_MAIL_HOST("", "Name of the mail server (SMTP); required without `MTD_MAIL_ENDPOINT`, and unused with it."),
    MTD_MAIL_PORT("587", "Its port."),
    MTD_MAIL_SECURITY("starttls", "`starttls`, `tls`, or `none` for a server on the same machine."),
    MTD_MAIL_USER("", "User at the mail server; empty: no sign-in."),
    MTD_MAIL_PASSWORD("", "Password of that user."),
    MTD_MAIL_FROM(null, "Sender's address of our mail.");

    private final @Nullable String byDefault;
    private final String description;

    SettingKey(@Nullable String byDefault, String description) {
        this.byDefault = byDefault;
        this.description = description;
    }

    /** The value when the setting is absent or empty; null for a setting that must be there. */
    public @Nullable String byDefault() {
        return byDefault;
    }

    /** What it is, for the README. */
    public String description() {
        return description;
    }
}
