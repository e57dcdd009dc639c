package dev.mtdconnector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TokenCacheTest {

    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final AccessTokens.Key KEY =
            new AccessTokens.Key(Registration.BASE, TENANT, "https://graph/.default");

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final AtomicInteger fetches = new AtomicInteger();

    @Test
    void asksOnceForATokenThatIsValid() {
        TokenCache cache = new TokenCache(this::hourly, clock);
        assertThat(cache.token(KEY)).isEqualTo("token-1");
        assertThat(cache.token(KEY)).isEqualTo("token-1");
        assertThat(fetches).hasValue(1);
    }

    @Test
    void renewsATokenFiveMinutesBeforeItExpires() {
        TokenCache cache = new TokenCache(this::hourly, clock);
        cache.token(KEY);
        clock.advance(Duration.ofMinutes(54));
        assertThat(cache.token(KEY)).isEqualTo("token-1");
        clock.advance(Duration.ofSeconds(62));
        assertThat(cache.token(KEY)).isEqualTo("token-2");
    }

    @Test
    void doesNotKeepATokenThatExpiresWithinTheMargin() {
        TokenCache cache = new TokenCache(
                key -> new AccessToken(
                        "short-" + fetches.incrementAndGet(),
                        OffsetDateTime.now(ZoneOffset.UTC).plusMinutes(4)),
                clock);
        assertThat(cache.token(KEY)).isEqualTo("short-1");
        assertThat(cache.token(KEY)).isEqualTo("short-2");
    }

    @Test
    void keepsTokensOfTenantsRegistrationsAndResourcesApart() {
        TokenCache cache = new TokenCache(this::hourly, clock);
        List<AccessTokens.Key> keys = List.of(
                KEY,
                new AccessTokens.Key(Registration.PARTNER, TENANT, KEY.scope()),
                new AccessTokens.Key(Registration.BASE, "607f1810-a465-447c-b136-da952f9affef", KEY.scope()),
                new AccessTokens.Key(Registration.BASE, TENANT, "https://intune/.default"));
        assertThat(keys.stream().map(cache::token)).doesNotHaveDuplicates();
        assertThat(cache.token(new AccessTokens.Key(
                        Registration.BASE, TENANT.toUpperCase(java.util.Locale.ROOT), KEY.scope())))
                .isEqualTo("token-1");
    }

    @Test
    void dropsOnlyTheTokenThatWasRefused() {
        TokenCache cache = new TokenCache(this::hourly, clock);
        String first = cache.token(KEY);
        cache.drop(KEY, "another");
        assertThat(cache.token(KEY)).isEqualTo(first);
        cache.drop(KEY, first);
        String second = cache.token(KEY);
        assertThat(second).isNotEqualTo(first);
        cache.drop(KEY, first); // late: a slower request with the old token
        assertThat(cache.token(KEY)).isEqualTo(second);
    }

    @Test
    void thoseWhoAskAtTheSameTimeShareOneRequest() throws Exception {
        int askers = 8;
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        TokenCache cache = new TokenCache(
                key -> {
                    begun.countDown();
                    await(answer);
                    return hourly(key);
                },
                clock);
        ExecutorService threads = Executors.newFixedThreadPool(askers);
        try {
            List<Future<String>> tokens = new ArrayList<>();
            tokens.add(threads.submit(() -> cache.token(KEY)));
            await(begun);
            for (int i = 1; i < askers; i++) {
                tokens.add(threads.submit(() -> cache.token(KEY)));
            }
            answer.countDown();
            for (Future<String> token : tokens) {
                assertThat(token.get(20, TimeUnit.SECONDS)).isEqualTo("token-1");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void doesNotKeepAFailure() {
        TokenCache cache = new TokenCache(
                key -> {
                    if (fetches.get() == 0) {
                        fetches.incrementAndGet();
                        throw new UpstreamException(
                                UpstreamException.Service.LOGIN, UpstreamException.Kind.UNAVAILABLE, "down");
                    }
                    return hourly(key);
                },
                clock);
        assertThatThrownBy(() -> cache.token(KEY))
                .isInstanceOf(UpstreamException.class)
                .hasMessage("down");
        assertThat(cache.token(KEY)).isEqualTo("token-2");
    }

    @Test
    void isBoundedAndForgetsTheLeastRecentlyUsed() {
        TokenCache cache = new TokenCache(this::hourly, clock);
        String first = cache.token(KEY);
        for (int i = 0; i < TokenCache.CAPACITY; i++) {
            cache.token(new AccessTokens.Key(Registration.BASE, TENANT, "https://resource-" + i + "/.default"));
        }
        assertThat(cache.token(KEY)).isNotEqualTo(first);
    }

    @Test
    void aTenantIdThatIsNoGuidNeverReachesAnAddress() {
        assertThatThrownBy(() -> new AccessTokens.Key(Registration.BASE, "../common", "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private AccessToken hourly(AccessTokens.Key key) {
        return new AccessToken(
                "token-" + fetches.incrementAndGet(),
                OffsetDateTime.now(ZoneOffset.UTC).plusHours(1).plusSeconds(1));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
