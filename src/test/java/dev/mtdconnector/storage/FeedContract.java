package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.feed.FeedConnection;
import dev.mtdconnector.feed.FeedProgress;
import dev.mtdconnector.feed.FeedProgress.Phase;
import dev.mtdconnector.feed.FeedProgress.Position;
import dev.mtdconnector.feed.FeedProgress.Reading;
import dev.mtdconnector.feed.FeedProgress.Reason;
import dev.mtdconnector.feed.FeedProgress.Rhythm;
import dev.mtdconnector.feed.FeedProgress.Trouble;
import dev.mtdconnector.feed.FeedStore;
import dev.mtdconnector.feed.FeedStore.Note;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is kept of a tenant's feed. */
abstract class FeedContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    private FeedStore store() {
        return new FeedTable(tables());
    }

    private static FeedConnection connection(@Nullable Duration silentAfter) {
        return new FeedConnection(
                "s1.one.nonce.sealed",
                "0123456789abcdef0123456789abcdef",
                AT,
                AT.plus(Duration.ofDays(365)),
                silentAfter != null,
                Duration.ofSeconds(90),
                silentAfter,
                AT,
                silentAfter != null,
                null);
    }

    /** With everything that may be missing. */
    private static FeedProgress full() {
        return new FeedProgress(
                new Reading(Phase.CLOSING, Reason.GAP, AT, AT.minusSeconds(5), "place"),
                new Position("cursor", AT, true, 125),
                new Trouble(AT, "feed.unavailable", 3),
                new Rhythm(AT, 77, AT.minusSeconds(9), AT.minusSeconds(10)),
                true,
                14,
                Map.of("applied", 5L, "requests", 7_000_000_000L),
                null);
    }

    /** With nothing that may be missing. */
    private static FeedProgress bare() {
        return new FeedProgress(
                null,
                new Position(null, AT, false, 1000),
                null,
                new Rhythm(null, 0, null, AT),
                false,
                FeedProgress.NOT_WARNED,
                Map.of(),
                null);
    }

    private FeedConnection connection() {
        return store().connection(tenant).orElseThrow();
    }

    private FeedProgress progress() {
        return store().progress(tenant).orElseThrow();
    }

    @Test
    void whatIsSavedIsRead() {
        assertThat(store().connection(tenant)).isEmpty();
        assertThat(store().progress(tenant)).isEmpty();
        assertThat(store().save(tenant, connection(null), bare())).isTrue();
        assertThat(connection())
                .isEqualTo(
                        connection(null).withVersion(String.valueOf(connection().version())));
        assertThat(progress())
                .isEqualTo(bare().withVersion(String.valueOf(progress().version())));
        FeedConnection more = connection(Duration.ofHours(5))
                .withVersion(String.valueOf(connection().version()));
        FeedProgress further = full().withVersion(String.valueOf(progress().version()));
        assertThat(store().save(tenant, more, further)).isTrue();
        assertThat(connection())
                .isEqualTo(more.withVersion(String.valueOf(connection().version())));
        assertThat(progress())
                .isEqualTo(further.withVersion(String.valueOf(progress().version())));
        assertThat(store().connection(UUID.randomUUID().toString())).isEmpty();
    }

    @Test
    void whoIsSlowerWritesNothing() {
        assertThat(store().save(tenant, connection(null), bare())).isTrue();
        assertThat(store().save(tenant, connection(null), bare()))
                .as("there already")
                .isFalse();
        FeedConnection read = connection();
        FeedProgress before = progress();
        FeedProgress saved = store().save(tenant, before.withVersion(String.valueOf(before.version())))
                .orElseThrow();
        assertThat(saved.version()).isNotEqualTo(before.version());
        assertThat(store().save(tenant, before)).as("of an older version").isEmpty();
        assertThat(store().save(tenant, read, before))
                .as("one of both is older")
                .isFalse();
        assertThat(connection()).isEqualTo(read);
        assertThat(store().remove(tenant, read, before)).isFalse();
        assertThat(store().remove(tenant, read, saved)).isTrue();
        assertThat(store().connection(tenant)).isEmpty();
        assertThat(store().save(tenant, saved)).as("of a feed that is gone").isEmpty();
    }

    @Test
    void theLatestNotesAreKept() {
        for (int i = 0; i < FeedStore.MOST_NOTES + 5; i++) {
            store().note(tenant, new Note(AT.plusSeconds(i), "failing", "code " + i));
        }
        store().note(tenant, new Note(AT.plusSeconds(FeedStore.MOST_NOTES + 4), "failing", "code 54"));
        assertThat(store().notes(tenant, 2)).extracting(Note::detail).containsExactly("code 54", "code 53");
        assertThat(store().notes(tenant, 1000)).hasSize(FeedStore.MOST_NOTES);
    }
}
