package dev.mtdconnector.local;

import ch.qos.logback.classic.Level;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.fleet.DayAccount;
import dev.mtdconnector.local.fleet.FleetRun;
import dev.mtdconnector.local.page.Bulletin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The living Contoso: {@code mvn -Pliving} lets it live for an hour of real time with faults on and compares it with a plain
 * model, {@code mvn -Plocal -Dlocal.week} shows a week in minutes, {@code mvn -Plocal -Dlocal.agents=N} lets it live beside
 * whatever else happens in the local world. docs/local-world.md describes all three.
 */
public final class LivingContoso {

    private static final Logger LOG = LoggerFactory.getLogger(LivingContoso.class);
    private static final int AGENTS = 40;
    private static final int STEPS_OF_A_DAY = 288;
    private static final int QUIET_MOMENTS_OF_A_DAY = 4;
    private static final Duration NEWS = Duration.ofHours(6);

    private LivingContoso() {}

    /** {@code mvn -Pliving}: ends with status 1 at the first difference. */
    public static void main(String[] args) {
        System.exit(hours(System.getProperties(), LivingContoso::print) ? 0 : 1);
    }

    /** True when the model agreed at every quiet moment. */
    static boolean hours(Properties properties, Consumer<String> out) {
        double hours = LocalOptions.decimal(properties, "living.hours", 1);
        double pace = LocalOptions.decimal(properties, "living.pace", 30);
        long seed = LocalOptions.number(properties, "living.seed", 1, Long.MIN_VALUE);
        FleetRun.Plan plan = new FleetRun.Plan(
                seed,
                Math.toIntExact(LocalOptions.number(properties, "living.agents", AGENTS, 1)),
                4,
                Duration.ofDays(1),
                seed % 2 == 0 ? 20 : 100,
                LocalOptions.decimal(properties, "living.faults", 10));
        long end = System.nanoTime() + (long) (hours * Duration.ofHours(1).toNanos());
        Random random = new Random(seed);
        try (Opened opened = new Opened()) {
            LivingWorld living = LivingWorld.atPace(LocalOptions.forTest(Storage.FRESH_AZURITE), plan, pace, opened);
            out.accept("Contoso lives for " + hours + " h at " + pace + " simulated seconds a second: " + plan);
            while (System.nanoTime() < end) {
                for (int steps = 6 + random.nextInt(24); steps > 0 && System.nanoTime() < end; steps--) {
                    living.run().step();
                }
                List<String> differences = living.run().quietMoment();
                out.accept(living.world().simulator().clock().instant() + "  "
                        + (differences.isEmpty() ? "as the model says" : differences.size() + " differences") + ": "
                        + living.run().standing());
                if (!differences.isEmpty()) {
                    differences.forEach(out);
                    out.accept("The last acts, newest first:");
                    living.run().lately().forEach(out);
                    out.accept("Again: mvn -Pliving -Dliving.seed=" + seed + " -Dliving.agents=" + plan.phones());
                    return false;
                }
            }
            out.accept("No difference. " + living.run().summary());
            return true;
        }
    }

    /** {@code mvn -Plocal -Dlocal.week}; then the world stays, at the pace of the clock on the wall, until it is stopped. */
    static void week(Properties properties, Opened opened, Consumer<String> out) {
        LocalOptions given = LocalOptions.fromProperties(properties);
        LocalOptions options =
                LocalOptions.forTest(Storage.MEMORY).withPorts(given.ports()).withUsers(given.users());
        FleetRun.Plan plan = new FleetRun.Plan(
                given.seed(),
                Math.toIntExact(LocalOptions.number(properties, "local.agents", AGENTS, 1)),
                3,
                Duration.ofDays(2),
                20,
                LocalOptions.decimal(properties, "local.faults", 2));
        long begin = System.nanoTime();
        // A week of faults fills thousands of lines, between which nobody would find the days.
        Logger log = LoggerFactory.getLogger("dev.mtdconnector");
        level(log, Level.OFF);
        LivingWorld living = LivingWorld.byHand(options, plan, opened);
        Bulletin bulletin = living.world().simulator().bulletin();
        List<String> all = new ArrayList<>();
        for (int day = 1; day <= 7; day++) {
            DayAccount account = living.run().newDay();
            List<String> differences = new ArrayList<>();
            for (int quiet = 0; quiet < QUIET_MOMENTS_OF_A_DAY; quiet++) {
                for (int step = 0; step < STEPS_OF_A_DAY / QUIET_MOMENTS_OF_A_DAY; step++) {
                    living.run().step();
                }
                differences.addAll(living.run().quietMoment());
            }
            out.accept("");
            out.accept("Day " + day + ", " + account.text(QUIET_MOMENTS_OF_A_DAY, differences.size()));
            differences.forEach(out);
            all.addAll(differences);
            show(bulletin, living.run());
        }
        out.accept("");
        out.accept("A week of " + plan.phones() + " phones in "
                + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin) + " s, seed " + plan.seed() + ": "
                + living.run().summary() + "; differences: " + all.size());
        if (properties.getProperty("local.stay", "true").equals("false")) {
            opened.close();
            System.exit(all.isEmpty() ? 0 : 1);
        }
        out.accept(
                "Contoso after that week: " + living.world().contoso() + "; its state is in memory, and ends with it");
        level(log, Level.INFO);
        out.accept("READY " + living.world().connector());
        while (!Thread.currentThread().isInterrupted()) {
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException e) {
                return;
            }
            living.idle(Duration.ofSeconds(1));
        }
    }

    /** {@code mvn -Plocal -Dlocal.agents=N}: begins in a thread of its own, and goes on until the process ends. */
    static void beside(LocalWorld world, Properties properties, FleetKeys keys) {
        double pace = LocalOptions.decimal(properties, "local.pace", 60);
        FleetRun.Plan plan = new FleetRun.Plan(
                LocalOptions.fromProperties(properties).seed(),
                Math.toIntExact(LocalOptions.number(properties, "local.agents", AGENTS, 1)),
                2,
                Duration.ofDays(30),
                20,
                0);
        FleetRun run = LivingWorld.in(world, plan, pace, keys);
        LOG.info("{} phones live here, at {} simulated seconds a second", plan.phones(), pace);
        Thread fleet = new Thread(() -> live(world, run), "fleet");
        fleet.setDaemon(true);
        fleet.start();
    }

    private static void live(LocalWorld world, FleetRun run) {
        Instant news = Instant.MIN;
        while (true) {
            try {
                run.step();
                run.administer();
                run.surprises().forEach(surprise -> LOG.info("The fleet did not expect: {}", surprise));
                show(world.simulator().bulletin(), run);
                Instant now = world.simulator().clock().instant();
                if (!now.isBefore(news)) {
                    LOG.info("{}: {}", now, run.standing());
                    news = now.plus(NEWS);
                }
            } catch (LocalWorldException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warn("The fleet stumbled, and goes on", e);
            }
        }
    }

    private static void level(Logger logger, Level level) {
        if (logger instanceof ch.qos.logback.classic.Logger known) {
            known.setLevel(level);
        }
    }

    private static void show(Bulletin bulletin, FleetRun run) {
        bulletin.show(new Bulletin.Notice("The fleet lives here", run.standing(), run.lately()));
    }

    @SuppressWarnings("SystemOut")
    private static void print(String text) {
        System.out.println(text);
    }
}
