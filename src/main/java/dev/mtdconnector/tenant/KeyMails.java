package dev.mtdconnector.tenant;

import dev.mtdconnector.notify.MailOutbox;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.ResourceBundle;

/** The mails about keys that expire, in the language of the tenant's contact. No mail holds a key or a hash of one. */
final class KeyMails {

    static final String BUNDLE = "dev.mtdconnector.tenant.key-mails";

    /** Reads the same in every language, whatever calendar data the Java runtime brings. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private KeyMails() {}

    static MailOutbox.Draft about(Tenant tenant, TenantKey key, KeyWarning warning) {
        Locale locale = Locale.forLanguageTag(tenant.language());
        ResourceBundle texts = texts(locale);
        Instant expiresAt = Objects.requireNonNull(key.expiresAt(), "only keys that expire have warnings");
        Object[] values = {
            texts.getString(key.kind().label()),
            key.name(),
            TIME.format(expiresAt),
            key.keyId(),
            Objects.requireNonNullElse(tenant.name(), tenant.tenantId())
        };
        String what = warning == KeyWarning.EXPIRED ? "expired" : "expires";
        return new MailOutbox.Draft(
                warning.mailId(key),
                tenant.primaryContact(),
                new MessageFormat(texts.getString(what + ".subject"), locale).format(values),
                new MessageFormat(texts.getString(what + ".text"), locale).format(values));
    }

    /** English is the file without a language; the language that the Java runtime was started in plays no part. */
    static ResourceBundle texts(Locale locale) {
        return ResourceBundle.getBundle(
                BUNDLE,
                locale,
                KeyMails.class.getClassLoader(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }
}
