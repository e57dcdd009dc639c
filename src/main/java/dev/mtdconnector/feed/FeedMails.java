package dev.mtdconnector.feed;

import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.tenant.Tenant;
import java.text.MessageFormat;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.ResourceBundle;

/** The mail about an application key that expires, in the language of the tenant's contact. It holds nothing of the key. */
final class FeedMails {

    static final String BUNDLE = "dev.mtdconnector.feed.feed-mails";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private FeedMails() {}

    /**
     * @param days before the expiry; 0 when it has come
     */
    static MailOutbox.Draft about(Tenant tenant, FeedConnection connection, int days) {
        Locale locale = Locale.forLanguageTag(tenant.language());
        ResourceBundle texts = ResourceBundle.getBundle(
                BUNDLE,
                locale,
                FeedMails.class.getClassLoader(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        Object[] values = {
            TIME.format(connection.keyExpiresAt()), Objects.requireNonNullElse(tenant.name(), tenant.tenantId())
        };
        String what = days == 0 ? "expired" : "expires";
        String key = connection.fingerprint().substring(0, 16);
        return new MailOutbox.Draft(
                "feed-key-expiry-" + key + "-" + connection.keyExpiresAt().toEpochMilli() + "-" + days,
                tenant.primaryContact(),
                new MessageFormat(texts.getString(what + ".subject"), locale).format(values),
                new MessageFormat(texts.getString(what + ".text"), locale).format(values));
    }
}
