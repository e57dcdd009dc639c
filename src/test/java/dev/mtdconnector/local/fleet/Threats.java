package dev.mtdconnector.local.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * What phones catch. The levels are those of the default policy in docs/policy.md, written down once more so that the model
 * does not ask the product. How often each comes is chosen to show every level in a week, and measured nowhere.
 */
enum Threats {
    SIDELOADED_APP("APPLICATION", "LOW", 1, 22),
    ADWARE("APPLICATION", "LOW", 1, 16),
    RISKWARE("APPLICATION", "LOW", 1, 10),
    OUT_OF_DATE_OS("OS", "LOW", 1, 12),
    PORT_SCAN("NETWORK", "LOW", 0, 6),
    ROGUE_WIFI("NETWORK", "MEDIUM", 2, 10),
    CLICK_FRAUD("APPLICATION", "MEDIUM", 2, 5),
    /** A word that came after the product was made: it counts by its own severity. */
    DEEPFAKE_CALL("APPLICATION", "MEDIUM", 2, 3),
    TROJAN("APPLICATION", "HIGH", 3, 7),
    SURVEILLANCEWARE("APPLICATION", "HIGH", 3, 3),
    ACTIVE_MITM("NETWORK", "HIGH", 3, 4),
    ROOT_JAILBREAK("OS", "HIGH", 3, 2);

    /** What comes in waves: an app that many install in one afternoon, an attack on a network that many are in. */
    private static final List<Threats> WAVES = List.of(TROJAN, ADWARE, ROGUE_WIFI, CLICK_FRAUD, SIDELOADED_APP);

    private final String type;
    private final String severity;
    private final int level;
    private final int share;

    Threats(String type, String severity, int level, int share) {
        this.type = type;
        this.severity = severity;
        this.level = level;
        this.share = share;
    }

    String type() {
        return type;
    }

    /** As the feed spells it. */
    String severity() {
        return severity;
    }

    /** 0 none, 1 low, 2 medium, 3 high. */
    int level() {
        return level;
    }

    static Threats any(Random random) {
        int total = 0;
        for (Threats threat : values()) {
            total += threat.share;
        }
        int left = random.nextInt(total);
        for (Threats threat : values()) {
            left -= threat.share;
            if (left < 0) {
                return threat;
            }
        }
        throw new IllegalStateException();
    }

    static Threats ofWave(Random random) {
        return WAVES.get(random.nextInt(WAVES.size()));
    }

    /** How long until its user is rid of it: the worse, the sooner, for work stops until then. */
    Duration stay(Random random) {
        int leastMinutes = level >= 2 ? 30 : 4 * 60;
        int mostMinutes = level >= 3 ? 10 * 60 : level == 2 ? 24 * 60 : 60 * 60;
        return Duration.ofMinutes(leastMinutes + random.nextInt(mostMinutes - leastMinutes));
    }
}
