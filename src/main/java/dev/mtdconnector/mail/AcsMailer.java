package dev.mtdconnector.mail;

import com.azure.communication.email.EmailClient;
import com.azure.communication.email.EmailClientBuilder;
import com.azure.communication.email.models.EmailMessage;
import com.azure.core.credential.TokenCredential;
import com.azure.core.exception.AzureException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.identity.CredentialUnavailableException;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import dev.mtdconnector.common.RetryAfter;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.notify.Mailer;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hands mails to Azure Communication Services. A mail that it has accepted (202) is as good as sent: what becomes of it on the
 * way is in the resource's own logs.
 *
 * <p>Its limits are small at first, 30 mails a minute and 100 an hour: 429 is THROTTLED, with the time that it asks for. 400 is
 * REFUSED, for the mail will not become better; 401, 403 and 404 are FORBIDDEN, for the resource, its domain or our role at it
 * is not as it should be, and mails wait until that is mended. The Message-ID is the service's to choose.
 *
 * @see <a href="https://learn.microsoft.com/azure/communication-services/concepts/service-limits#email">Limits</a>
 */
public final class AcsMailer implements Mailer {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    /** Our job tries again; the SDK trying as well would only make the limits worse. */
    private static final RetryOptions ONCE = new RetryOptions(new FixedDelayOptions(0, Duration.ofSeconds(1)));

    private final AcsSettings settings;
    private final EmailClient client;
    private final Clock clock;

    public AcsMailer(AcsSettings settings, Clock clock) {
        this(settings, clock, http(), null);
    }

    /**
     * @param credential null for the managed identity
     */
    AcsMailer(AcsSettings settings, Clock clock, HttpClient http, @Nullable TokenCredential credential) {
        this.settings = settings;
        this.clock = clock;
        this.client = new EmailClientBuilder()
                .endpoint(settings.endpoint().toString())
                .credential(credential == null ? identity(settings, http) : credential)
                .httpClient(http)
                .retryOptions(ONCE)
                .buildClient();
    }

    @Override
    public void send(Mail mail) {
        MailHeaders.check(mail);
        Map<String, String> headers = new HashMap<>(MailHeaders.of(mail));
        EmailMessage message = new EmailMessage()
                .setSenderAddress(settings.from())
                .setToRecipients(mail.to())
                .setSubject(mail.subject())
                .setBodyPlainText(mail.text())
                .setBodyHtml(mail.html())
                // Tracking puts a picture from elsewhere into the mail, and changes its links.
                .setUserEngagementTrackingDisabled(true)
                .setHeaders(headers);
        try {
            client.beginSend(message);
        } catch (CredentialUnavailableException e) {
            throw new UpstreamException(
                    Service.MAIL, Kind.FORBIDDEN, "There is no managed identity to sign in with at the mail service");
        } catch (HttpResponseException e) {
            throw failure(mail, e.getResponse());
        } catch (AzureException | IllegalStateException e) {
            throw unavailable(mail, e);
        } catch (RuntimeException e) {
            // The SDK's poller wraps what the network does in exceptions of its own.
            if (e.getCause() instanceof HttpResponseException inner) {
                throw failure(mail, inner.getResponse());
            }
            throw unavailable(mail, e);
        }
    }

    private UpstreamException failure(Mail mail, @Nullable HttpResponse response) {
        int status = response == null ? 0 : response.getStatusCode();
        Kind kind = switch (status) {
            case 400, 413 -> Kind.REFUSED;
            case 401, 403, 404 -> Kind.FORBIDDEN;
            case 429 -> Kind.THROTTLED;
            default -> Kind.UNAVAILABLE;
        };
        Duration wait = response == null
                ? null
                : RetryAfter.parse(response.getHeaderValue(HttpHeaderName.RETRY_AFTER), clock.instant());
        // No cause and no body: the service quotes the request, and with it the recipient.
        return new UpstreamException(
                Service.MAIL,
                kind,
                "The mail service did not take mail " + mail.messageId() + ": " + status,
                wait,
                null);
    }

    private static UpstreamException unavailable(Mail mail, RuntimeException e) {
        return new UpstreamException(
                Service.MAIL,
                Kind.UNAVAILABLE,
                "The mail service did not take mail " + mail.messageId() + ": "
                        + e.getClass().getSimpleName());
    }

    private static HttpClient http() {
        return new JdkHttpClientBuilder()
                .connectionTimeout(TIMEOUT)
                .writeTimeout(TIMEOUT)
                .responseTimeout(TIMEOUT)
                .readTimeout(TIMEOUT)
                .build();
    }

    private static TokenCredential identity(AcsSettings settings, HttpClient http) {
        ManagedIdentityCredentialBuilder builder = new ManagedIdentityCredentialBuilder().httpClient(http);
        if (settings.clientId() != null) {
            builder.clientId(settings.clientId());
        }
        return builder.build();
    }
}
