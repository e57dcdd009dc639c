package dev.mtdconnector.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.signin.DirectoryNames;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directories of domains, from {@code {login}/{domain}/v2.0/.well-known/openid-configuration}; kept for an hour, or
 * for a minute that there is none.
 *
 * <p>Of the document only the issuer is read, and it must be this service's own: a directory of another cloud is none
 * that could sign somebody in here. No address that the document names is ever asked.
 */
public final class LoginNames implements DirectoryNames {

    static final Duration KNOWN = Duration.ofHours(1);
    static final Duration UNKNOWN = Duration.ofMinutes(1);
    static final int MAX_DOMAINS = 1_000;

    /** At least one dot, which no alias of the service has ({@code common}, {@code organizations}). */
    private static final Pattern DOMAIN =
            Pattern.compile("(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9-]{2,63}");

    private final LoginDocuments documents;
    private final Clock clock;
    private final Pattern issuer;

    /** Least recently used first; guarded by itself. */
    private final Map<String, Found> domains = new LinkedHashMap<>(16, 0.75f, true);

    public LoginNames(LoginSettings settings, Clock clock) {
        this.documents = new LoginDocuments(settings, clock);
        this.clock = clock;
        this.issuer = Pattern.compile(
                Pattern.quote(documents.root()) + "/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/v2\\.0");
    }

    @Override
    public Optional<String> directoryId(String domain) {
        if (!DOMAIN.matcher(domain).matches()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        synchronized (domains) {
            Found found = domains.get(domain);
            if (found != null && now.isBefore(found.until())) {
                return found.directoryId();
            }
        }
        Optional<String> id = ask(domain);
        synchronized (domains) {
            domains.put(domain, new Found(id, now.plus(id.isPresent() ? KNOWN : UNKNOWN)));
            if (domains.size() > MAX_DOMAINS) {
                domains.remove(domains.keySet().iterator().next());
            }
        }
        return id;
    }

    private Optional<String> ask(String domain) {
        String what = "directory of a domain";
        BoundedHttp.Answer answer = documents.get("/" + domain + "/v2.0/.well-known/openid-configuration", what);
        JsonNode document = json(answer);
        if (answer.status() == 400
                && "invalid_tenant".equals(document.path("error").textValue())) {
            return Optional.empty();
        }
        String named = document.path("issuer").textValue();
        if (answer.status() != 200 || named == null) {
            throw documents.refused(answer, what);
        }
        Matcher matcher = issuer.matcher(named);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static JsonNode json(BoundedHttp.Answer answer) {
        try {
            return GraphClient.JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            return GraphClient.JSON.missingNode();
        }
    }

    private record Found(Optional<String> directoryId, Instant until) {}
}
