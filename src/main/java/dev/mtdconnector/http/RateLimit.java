package dev.mtdconnector.http;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.signin.Access;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what one client address may do without saying who it is: {@link #BURST} requests at once, then one a second.
 * Beyond that the answer is TOO_MANY_REQUESTS, and nothing was done. Safe for many threads.
 *
 * <p>Counted are all routes that are open to anybody, but static files. What asks for an identity is not: its secrets
 * cannot be guessed, and one broken agent must not lock out a company that shares its address.
 *
 * <p>The address is the last entry of {@code X-Forwarded-For}, which the front end of Azure App Service appends, with a
 * port; those before it are the client's own words. Without that header, on a developer's machine, nothing is counted.
 * Of an IPv6 address the network counts (64 bits): a client has the rest to choose from.
 *
 * <p>Each instance of the app counts for itself and forgets when it ends, so a deployment lets through so many times
 * as much as it has instances. It keeps {@link #MOST_ADDRESSES} addresses and forgets the one that was quiet longest; a
 * flood from more of them is the platform's to stop. Behind a proxy of one's own (Front Door, Application Gateway) all
 * clients share the proxy's addresses: limit there, too.
 */
public final class RateLimit {

    static final int BURST = 60;
    static final int MOST_ADDRESSES = 10_000;

    /** By then there is room for some requests. */
    static final String RETRY_AFTER_SECONDS = "5";

    private static final Duration REFILL = Duration.ofSeconds(1);
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3})(?::\\d{1,5})?");
    private static final Pattern IPV6 =
            Pattern.compile("\\[?([0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(?:]:\\d{1,5}|])?");

    private final Clock clock;

    /** When the bucket of each address is full again; least recently used first; guarded by itself. */
    private final Map<String, Instant> fullAt = new LinkedHashMap<>(16, 0.75f, true);

    public RateLimit(Clock clock) {
        this.clock = clock;
    }

    /** The routes, those that anybody may ask limited. */
    public List<Route> on(List<Route> routes) {
        return routes.stream()
                .map(route -> isLimited(route) ? limited(route) : route)
                .toList();
    }

    static boolean isLimited(Route route) {
        return route.access() == Access.ANYBODY && !route.template().startsWith("/assets/");
    }

    private Route limited(Route route) {
        return route.with((request, caller) -> {
            take(request);
            return route.handler().handle(request, caller);
        });
    }

    /**
     * @throws AppException TOO_MANY_REQUESTS
     */
    private void take(HttpRequest request) {
        String address = address(request.header("x-forwarded-for"));
        if (address == null) {
            return;
        }
        Instant now = clock.instant();
        synchronized (fullAt) {
            Instant full = fullAt.get(address);
            Instant fullAfter = (full == null || full.isBefore(now) ? now : full).plus(REFILL);
            if (fullAfter.isAfter(now.plus(REFILL.multipliedBy(BURST)))) {
                throw new AppException(ErrorCode.TOO_MANY_REQUESTS);
            }
            fullAt.put(address, fullAfter);
            if (fullAt.size() > MOST_ADDRESSES) {
                fullAt.remove(fullAt.keySet().iterator().next());
            }
        }
    }

    /** What counts as one client; null when nobody says. */
    static @Nullable String address(@Nullable String forwardedFor) {
        if (forwardedFor == null || forwardedFor.isBlank()) {
            return null;
        }
        String last = forwardedFor.substring(forwardedFor.lastIndexOf(',') + 1).strip();
        Matcher four = IPV4.matcher(last);
        if (four.matches()) {
            return four.group(1);
        }
        Matcher six = IPV6.matcher(last);
        return six.matches() ? network(six.group(1)) : "unknown";
    }

    private static String network(String address) {
        try {
            // Text with a colon is never looked up as a name.
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return HexFormat.of().formatHex(bytes, 0, bytes.length == 16 ? 8 : 4);
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
