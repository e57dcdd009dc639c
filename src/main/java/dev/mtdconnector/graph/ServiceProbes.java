package dev.mtdconnector.graph;

import dev.mtdconnector.common.RetryAfter;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.health.AnswerTimes.Answered;
import dev.mtdconnector.tenant.Registration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Tries the sign-in service and Graph, each by one request of its own without a second try. */
public final class ServiceProbes {

    /** For whoever waits for the answer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    private final LoginSettings login;
    private final GraphSettings graph;
    private final AppCredentials credentials;
    private final Clock clock;
    private final BoundedHttp http = new BoundedHttp(TIMEOUT, LoginDocuments.MAX_BODY);

    public ServiceProbes(LoginSettings login, GraphSettings graph, AppCredentials credentials, Clock clock) {
        this.login = login;
        this.graph = graph;
        this.credentials = credentials;
        this.clock = clock;
    }

    /** Graph answers its service document to anybody. */
    public Answered graph() {
        return ask(Service.GRAPH, graph.baseUrl() + "/");
    }

    /** The keys that are the same for all directories. */
    public Answered login() {
        return ask(
                Service.LOGIN,
                login.endpoint().resolve("/common/discovery/v2.0/keys").toString());
    }

    /** As {@link dev.mtdconnector.health.Probes#token} says. */
    public void token(String tenantId, Registration registration) {
        credentials.fetch(new AccessTokens.Key(registration, tenantId, graph.tokenScope()));
    }

    private Answered ask(Service service, String address) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .header("Accept", "application/json")
                .build();
        Instant begun = clock.instant();
        try {
            BoundedHttp.Answer answer = http.send(request);
            Instant now = clock.instant();
            if (answer.status() == 429 || answer.status() >= 500) {
                throw new UpstreamException(
                        service,
                        Kind.UNAVAILABLE,
                        service + " answered " + answer.status(),
                        RetryAfter.parse(answer.header("Retry-After"), now),
                        null);
            }
            return new Answered(now, Duration.between(begun, now), date(answer.header("Date")));
        } catch (IOException e) {
            String how = e.getClass().getSimpleName();
            throw new UpstreamException(service, Kind.UNAVAILABLE, service + " did not answer: " + how, null, e);
        }
    }

    /** Null for what is no date. */
    static @Nullable Instant date(@Nullable String header) {
        try {
            return header == null
                    ? null
                    : ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
