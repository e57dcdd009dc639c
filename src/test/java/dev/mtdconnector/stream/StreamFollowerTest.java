package dev.mtdconnector.stream;

import static dev.mtdconnector.stream.StreamWorld.TIE;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.feed.RiskApi.From;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamFollowerTest {

    private static final String ID = "01969f85-f6d8-73bd-bcbc-a38948f21386";

    private final StreamWorld world = new StreamWorld();
    private final StreamFollower follower = world.follower("one");

    private static String threat(String id, int second, String status) {
        return TestApp.threatEvent(id, START.plusSeconds(second), VENDOR_GUID, LENA, status, "TROJAN");
    }

    private static UpstreamException failure(Kind kind, @Nullable Duration retryAfter) {
        return new UpstreamException(Service.RISK_FEED, kind, "The Mobile Risk API answered", retryAfter, null);
    }

    private String device() {
        return world.app.device(PHONE);
    }

    @Test
    void whatComesIsTakenAtOnceAndItsPlaceIsKept() {
        follower.tick();
        assertThat(world.last().from)
                .as("where the feed's own job is, and a bit before")
                .isEqualTo(new From.Since(START.minusSeconds(60).minus(Duration.ofMinutes(5))));

        world.last().events(ID, TIE, threat("t1", 1, "OPEN"));
        assertThat(device()).isEqualTo("high");
        assertThat(world.progress().lastId()).isEqualTo(ID);
        assertThat(world.progress().counts()).containsEntry("applied", 2L);
        world.last().events(ID + "0", threat("t1", 1, "OPEN"));
        assertThat(world.progress().counts()).containsEntry("applied", 2L).containsEntry("unchanged", 1L);
        world.app.drain();
        assertThat(world.app.intune.history(PHONE)).containsExactly("highSeverity");
    }

    @ParameterizedTest
    @ValueSource(strings = {"event:events\ndata:[%s]", "event:event\ndata:{\"events\":\ndata:[%s]}", "data:%s"})
    void everyFramingIsTaken(String frame) {
        follower.tick();
        world.last().send(frame.formatted(TIE.replace("\n", " ")) + "\n\n");
        assertThat(device()).isEqualTo("secured");
        assertThat(world.progress().lastId()).as("there was none").isNull();
    }

    @Test
    void tenSecondsWithoutASignOfLifeEndTheConnectionAndTheNextGoesOnWhereItWas() {
        follower.tick();
        world.last().events(ID, TIE);
        world.passAlive(Duration.ofMinutes(5), follower);
        assertThat(world.opened).as("heartbeats are life").hasSize(1);

        world.last().heartbeat();
        world.pass(Duration.ofSeconds(9), follower);
        assertThat(world.last().isClosed).isFalse();
        world.pass(Duration.ofSeconds(3), follower);
        assertThat(world.opened).hasSize(2);
        assertThat(world.opened.get(0).isClosed).isTrue();
        assertThat(world.last().from).isEqualTo(new From.After(ID));
        assertThat(world.progress().counts()).containsEntry("silences", 1L);
    }

    @Test
    void aConnectionThatDripsAndSaysNothingIsGivenUp() {
        follower.tick();
        world.last().heartbeat();
        for (int second = 0; second < 70 && world.opened.size() == 1; second++) {
            world.last().send("x");
            world.pass(Duration.ofSeconds(1), follower);
        }
        assertThat(world.opened.get(0).isClosed).isTrue();
    }

    @Test
    void ofAFrameThatIsCutNothingIsTaken() {
        follower.tick();
        world.last().events(ID, TIE);
        String frame =
                "id:later\nevent:events\ndata:[" + threat("t1", 1, "OPEN").replace("\n", " ") + "]\n";
        world.last().send(frame).receiver.ended(failure(Kind.UNAVAILABLE, null));
        assertThat(device()).isEqualTo("secured");
        assertThat(world.progress().lastId()).isEqualTo(ID);
        world.pass(Duration.ofSeconds(2), follower);
        assertThat(world.last().from).isEqualTo(new From.After(ID));
        world.opened.get(0).send("\n");
        assertThat(device()).as("what a connection brings after its end").isEqualTo("secured");
    }

    @Test
    void aFrameThatIsNeverTakenIsLeftToTheFeedsOwnJob() {
        StreamFollower broken = world.follower("two", world.app.faults.around(world.app.tables));
        broken.tick();
        world.last().events(ID, TIE);
        world.app.faults.breakAtKeysWith(VENDOR_GUID);
        for (int attempt = 0; attempt < 5; attempt++) {
            world.last().events(ID + "0", threat("t1", 1, "OPEN"));
            for (int second = 0; second < 400 && world.last().isClosed; second++) {
                world.pass(Duration.ofSeconds(1), broken);
            }
        }
        assertThat(world.last().from).isInstanceOf(From.Since.class);
        world.app.faults.never();
        world.last().events(ID + "1", threat("t2", 2, "OPEN"));
        assertThat(device()).isEqualTo("high");
        assertThat(world.progress().lastId()).isEqualTo(ID + "1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reconnect", "end"})
    void theFeedMayAskToConnectAgainAndWhen(String word) {
        follower.tick();
        world.last().send("event:" + word + "\nretry:5000\n\n");
        assertThat(world.last().isClosed).isTrue();
        world.pass(Duration.ofSeconds(4), follower);
        assertThat(world.opened).hasSize(1);
        world.pass(Duration.ofSeconds(1), follower);
        assertThat(world.opened).hasSize(2);
    }

    @Test
    void noWaitThatTheFeedAsksForIsWithoutBound() {
        follower.tick();
        world.last().send("event:end\nretry:999999999\n\n");
        world.pass(Duration.ofMinutes(1), follower);
        assertThat(world.opened).hasSize(2);
        world.last().receiver.ended(failure(Kind.THROTTLED, Duration.ofDays(9)));
        world.pass(Duration.ofMinutes(15), follower);
        assertThat(world.opened).hasSize(3);
    }

    @Test
    void refusalsAreTriedAgainLaterAndLater() {
        for (int i = 0; i < 100; i++) {
            world.refusals.add(failure(Kind.UNAVAILABLE, null));
        }
        follower.tick();
        world.pass(Duration.ofHours(1), follower);
        assertThat(100 - world.refusals.size()).as("attempts in an hour").isBetween(15, 35);
    }

    @Test
    void aRefusedTokenIsFetchedAnewAtOnceAndARefusedKeyLeftAlone() {
        follower.tick();
        world.last().receiver.ended(failure(Kind.FORBIDDEN, null));
        world.pass(Duration.ofSeconds(1), follower);
        assertThat(world.opened).hasSize(2);
        world.last().receiver.ended(failure(Kind.FORBIDDEN, null));
        world.pass(Duration.ofSeconds(140), follower);
        assertThat(world.opened).hasSize(2);
        world.pass(Duration.ofMinutes(3), follower);
        assertThat(world.opened).hasSizeGreaterThan(2);
    }

    @Test
    void itWaitsAsLongAsItIsAskedTo() {
        follower.tick();
        world.last().receiver.ended(failure(Kind.THROTTLED, Duration.ofSeconds(90)));
        world.pass(Duration.ofSeconds(89), follower);
        assertThat(world.opened).hasSize(1);
        world.pass(Duration.ofSeconds(1), follower);
        assertThat(world.opened).hasSize(2);
    }

    @Test
    void aPlaceThatIsNotKnownAnyMoreIsReplacedByItsTimeAndThenTheFeedsJobLooks() {
        follower.tick();
        world.last().heartbeat().events(ID, TIE);
        world.last().receiver.ended(failure(Kind.GONE, null));
        follower.tick();
        assertThat(world.last().from).isEqualTo(new From.Since(START.minus(Duration.ofMinutes(5))));
        assertThat(world.missed).isEmpty();

        world.last().receiver.ended(failure(Kind.GONE, null));
        follower.tick();
        assertThat(world.last().from).isEqualTo(new From.Since(START.minus(Duration.ofMinutes(5))));
        assertThat(world.missed).containsExactly(TENANT);
    }

    @Test
    void afterTenDaysThereIsAGapWhichIsTheFeedsJobsAffair() {
        follower.tick();
        world.last().heartbeat().events(ID, TIE);
        follower.stop();
        world.app.clock.advance(Duration.ofDays(10));
        StreamFollower other = world.follower("two");
        other.tick();
        assertThat(world.last().from)
                .isEqualTo(new From.Since(START.plus(Duration.ofDays(10)).minus(Duration.ofMinutes(5))));
        assertThat(world.missed).containsExactly(TENANT);
        world.last().events("next", threat("t1", 1, "OPEN"));
        assertThat(world.progress().lastId()).isEqualTo("next");
    }

    @Test
    void whatCannotBeStoredComesAgain() {
        Faults faults = new Faults();
        StreamFollower failing = world.follower("failing", faults.around(world.app.tables));
        failing.tick();
        world.last().events(ID, TIE);
        faults.pauseAt(1, () -> {
            throw new IllegalStateException("Storage does not answer");
        });
        world.last().events("later", threat("t1", 1, "OPEN"));
        assertThat(world.progress().lastId()).isEqualTo(ID);
        assertThat(world.last().isClosed).isTrue();

        world.pass(Duration.ofSeconds(2), failing);
        assertThat(world.last().from).isEqualTo(new From.After(ID));
        world.last().events("later", threat("t1", 1, "OPEN"));
        assertThat(device()).isEqualTo("high");
        assertThat(world.progress().lastId()).isEqualTo("later");
    }

    @Test
    void aFrameThatCannotBeReadIsCountedAndLeftToTheFeedsJob() {
        follower.tick();
        world.last().send("id:" + ID + "\nevent:events\ndata:{\"events\":[{\n\n");
        assertThat(world.progress().counts()).containsEntry("frames_unreadable", 1L);
        assertThat(world.missed).containsExactly(TENANT);
        world.last().events("next", TIE);
        assertThat(device()).isEqualTo("secured");
        assertThat(world.opened).hasSize(1);
    }

    @Test
    void aFrameWithoutEndIsGivenUpAndNotAskedForAgain() {
        follower.tick();
        world.last().heartbeat().events(ID, TIE);
        String chunk = "x".repeat(1 << 20);
        world.last().send("id:huge\ndata:");
        for (int i = 0; i < 10 && !world.last().isClosed; i++) {
            world.last().send(chunk);
        }
        assertThat(world.last().isClosed).isTrue();
        world.pass(Duration.ofSeconds(2), follower);
        assertThat(world.last().from).isInstanceOf(From.Since.class);
        assertThat(world.missed).containsExactly(TENANT);
    }

    @Test
    void ofTwoProcessesOneFollowsAndTheOtherTakesOverWhenItStopsOrDies() {
        StreamFollower other = world.follower("two");
        follower.tick();
        other.tick();
        world.passAlive(Duration.ofMinutes(10), follower, other);
        assertThat(world.opened).hasSize(1);

        follower.stop();
        assertThat(world.opened.get(0).isClosed).isTrue();
        world.passAlive(Duration.ofMinutes(1), other);
        assertThat(world.opened).hasSize(2);
        assertThat(world.progress().owner()).isEqualTo("two");

        // It dies: nothing is given back.
        StreamFollower third = world.follower("three");
        third.tick();
        world.pass(Duration.ofMinutes(4), third);
        assertThat(world.progress().owner()).isEqualTo("three");
        world.opened.get(1).events("late", threat("t1", 1, "OPEN"));
        assertThat(world.progress().lastId())
                .as("who was overtaken keeps no place")
                .isNull();
        assertThat(world.opened.get(1).isClosed).isTrue();
    }

    @Test
    void tenantsThatComeAndGoAndKeysThatChangeAreNoticedWithinAMinute() {
        FollowedFeeds.Feed feed = Objects.requireNonNull(world.feeds.remove(TENANT));
        follower.tick();
        assertThat(world.opened).isEmpty();
        world.feeds.put(TENANT, feed);
        world.passAlive(Duration.ofMinutes(1), follower);
        assertThat(world.opened).hasSize(1);
        world.last().events(ID, TIE);

        world.feeds.put(TENANT, world.feed("another key", START));
        world.passAlive(Duration.ofMinutes(1), follower);
        assertThat(world.opened).hasSize(2);
        assertThat(world.opened.get(0).isClosed).isTrue();
        assertThat(world.last().from).as("a place of another key is none").isInstanceOf(From.Since.class);

        world.feeds.clear();
        world.passAlive(Duration.ofMinutes(1), follower);
        assertThat(world.last().isClosed).isTrue();
        assertThat(world.progress().owner()).isNull();
        assertThat(follower.open()).isZero();
    }

    @Test
    void aStreamInWhichNothingHappensCostsAWriteInThreeQuartersOfAMinute() {
        follower.tick();
        world.passAlive(Duration.ofMinutes(1), follower);
        long before = world.app.tables.writes("feeds");
        world.passAlive(Duration.ofHours(1), follower);
        assertThat(world.app.tables.writes("feeds") - before).isBetween(70L, 80L);
    }
}
