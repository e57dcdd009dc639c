package dev.mtdconnector.local.fleet;

import dev.mtdconnector.local.fleet.Act.By;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What must be true once everything that happened has been worked off, said as plainly as the documents say it. Uses nothing
 * of the product.
 *
 * <p>Where the documents leave a time open (a sweep every hour, a pass over all devices twice a day) there is a while in which
 * either answer is right; {@link #words} and {@link #shown} then answer both.
 */
final class FleetModel {

    /** The sweep runs every hour; it may fail and be tried again. */
    private static final Duration SWEEP = Duration.ofHours(2);

    /** What only a pass over all devices finds: twice a day, and again after a failure. */
    static final Duration PASS = Duration.ofHours(14);

    static final String OUT_OF_SCOPE = "out-of-scope";
    static final String UNKNOWN = "unknown";
    static final String DEACTIVATED = "deactivated";
    private static final String ACTIVATED = "activated";
    private static final String PENDING = "pending";
    private static final String DISCONNECTED = "disconnected";
    private static final String[] WORDS = {"secured", "low", "medium", "high"};
    private static final String[] STATES = {"secured", "lowSeverity", "mediumSeverity", "highSeverity"};

    private final Duration silence;
    private final Map<String, Set<String>> groups = new TreeMap<>();
    private final Map<String, Phone> phones = new LinkedHashMap<>();

    /**
     * @param silence after which a device counts as disconnected
     */
    FleetModel(Duration silence) {
        this.silence = silence;
    }

    /** What is true of one phone. */
    static final class Phone {
        final String id;
        final String name;
        final boolean isVendors;
        /** Of a platform that has an app, in a version that it runs on. */
        final boolean isSupported;
        /** Whether Intune asks the partner about it: not about a laptop. */
        boolean isMobile = true;

        boolean isManaged;
        String owner;
        /** In the directory. */
        boolean exists = true;
        /** Whether the product has it: certainly since a quiet moment, perhaps since it was in scope. */
        boolean isEnrolled;

        boolean mayBeEnrolled;
        String activation = PENDING;
        boolean isHealthy;
        boolean isDisconnected;
        /** When it was last heard of by what is stored, at the earliest and at the latest. */
        @Nullable
        Instant heardFrom;

        @Nullable
        Instant heardTo;
        /** Since when its silence counts: a device that is out of scope is not waited for. */
        Instant inScopeSince = Instant.MIN;

        final Map<String, Threats> threats = new TreeMap<>();
        /** What Intune showed at the last quiet moment. */
        String shown = UNKNOWN;
        /** Something was to be told since then. */
        boolean isTouched;

        @Nullable
        String supersededBy;
        /** Until then a pass over all devices may not have seen what happened. */
        Instant openUntil = Instant.MIN;

        private Phone(String id, String name, boolean isVendors, boolean isManaged, boolean isSupported, String owner) {
            this.id = id;
            this.name = name;
            this.isVendors = isVendors;
            this.isManaged = isManaged;
            this.isSupported = isSupported;
            this.owner = owner;
        }

        int level() {
            return threats.values().stream().mapToInt(Threats::level).max().orElse(0);
        }

        private boolean hasSecurity() {
            return activation.equals(ACTIVATED) && (isHealthy || level() > 0);
        }
    }

    Map<String, Phone> phones() {
        return phones;
    }

    Phone phone(String id) {
        return Objects.requireNonNull(phones.get(id), id);
    }

    /** Somebody who was there before. */
    void member(String person) {
        groups.computeIfAbsent(person, missing -> new TreeSet<>()).add("before");
    }

    /** A device that was there before, and with which nobody does anything. */
    void resident(String id, String name, boolean isManaged, boolean isMobile, boolean isSupported, String owner) {
        Phone phone = new Phone(id, name, false, isManaged, isSupported, owner);
        phone.isMobile = isMobile;
        phones.put(id, phone);
    }

    boolean isInScope(Phone phone) {
        return phone.exists
                && phone.isSupported
                && phone.supersededBy == null
                && !groups.getOrDefault(phone.owner, Set.of()).isEmpty();
    }

    /**
     * What the directory did, what a phone's request was answered to have done, what an administrator's was.
     *
     * @param now when the product learnt it, or will
     */
    void apply(Act act, Instant now) {
        if (act.kind().by() == By.DIRECTORY) {
            directory(act, now);
        } else {
            Phone phone = phone(act.phone());
            phone.isTouched = true;
            onPhone(phone, act, now);
        }
    }

    private void directory(Act act, Instant now) {
        Map<Phone, Boolean> before = new LinkedHashMap<>();
        phones.values().forEach(phone -> before.put(phone, isInScope(phone)));
        Set<String> memberships = groups.computeIfAbsent(act.person(), missing -> new TreeSet<>());
        switch (act.kind()) {
            case JOINED -> memberships.add(act.what());
            case LEFT -> memberships.remove(act.what());
            case QUIT -> memberships.clear();
            case GOT_PHONE -> {
                String[] traits = act.what().split(" ", -1);
                phones.put(
                        act.phone(),
                        new Phone(
                                act.phone(),
                                act.name(),
                                traits[1].equals("vendor"),
                                traits[2].equals("managed"),
                                true,
                                act.person()));
            }
            case PHONE_DELETED -> phone(act.phone()).exists = false;
            case REREGISTERED -> {
                Phone old = phone(act.phone());
                old.isManaged = false;
                old.supersededBy = act.what();
                old.openUntil = now.plus(PASS);
            }
            case HANDED_OVER -> {
                Phone phone = phone(act.phone());
                phone.owner = act.person();
                forgetAgent(phone);
            }
            default -> {}
        }
        phones.values().forEach(phone -> {
            boolean isNow = isInScope(phone);
            phone.mayBeEnrolled |= isNow;
            if (isNow && !before.getOrDefault(phone, false)) {
                phone.inScopeSince = now;
            }
        });
    }

    private static void forgetAgent(Phone phone) {
        phone.activation = PENDING;
        phone.isHealthy = false;
        phone.isDisconnected = false;
        phone.heardFrom = null;
        phone.heardTo = null;
        if (!phone.isVendors) {
            phone.threats.clear();
        }
        phone.isTouched = true;
    }

    private void onPhone(Phone phone, Act act, Instant now) {
        switch (act.kind()) {
            case ACTIVATES -> {
                if (!phone.activation.equals(ACTIVATED)) {
                    phone.activation = ACTIVATED;
                    phone.isHealthy = false;
                }
                if (phone.isVendors) {
                    phone.isHealthy = true;
                } else {
                    heard(phone, now);
                }
            }
            case CHECKS_IN -> {
                phone.isHealthy |= phone.activation.equals(ACTIVATED);
                heard(phone, now);
            }
            case CATCHES -> phone.threats.put(act.name(), Threats.valueOf(act.what()));
            case RESOLVES -> phone.threats.remove(act.name());
            case DEACTIVATED -> {
                phone.activation = DEACTIVATED;
                phone.isHealthy = false;
                phone.isDisconnected = false;
            }
            case FORGOTTEN -> forgetAgent(phone);
            default -> {}
        }
    }

    /** The time of the last check-in is exact to the hour. */
    private static void heard(Phone phone, Instant now) {
        phone.isDisconnected = false;
        Instant last = phone.heardFrom;
        if (last == null || !now.isBefore(last.plus(Duration.ofHours(1)))) {
            phone.heardFrom = now;
        }
        phone.heardTo = now;
    }

    /** The words that the API may have for the phone now; empty text where the product need not know it. */
    Set<String> words(Phone phone, Instant now) {
        Set<String> words = new TreeSet<>();
        if (isInScope(phone)) {
            states(phone, now).forEach(state -> words.add(word(phone, state)));
        } else {
            words.add(phone.isEnrolled || phone.mayBeEnrolled ? OUT_OF_SCOPE : "");
            if (!phone.isEnrolled) {
                words.add("");
            }
            if (isOpen(phone, now)) {
                states(phone, now).forEach(state -> words.add(word(phone, state)));
            }
        }
        return words;
    }

    /** What happened to it need not have been seen yet. */
    boolean isOpen(Phone phone, Instant now) {
        return now.isBefore(phone.openUntil);
    }

    private static String word(Phone phone, boolean isDisconnected) {
        if (isDisconnected) {
            return DISCONNECTED;
        }
        return phone.hasSecurity() ? WORDS[phone.level()] : phone.activation;
    }

    /** Whether it is disconnected: yes, no, or both. */
    private Set<Boolean> states(Phone phone, Instant now) {
        Instant from = phone.heardFrom;
        Instant to = phone.heardTo;
        if (!phone.activation.equals(ACTIVATED) || from == null || to == null) {
            return Set.of(false);
        }
        if (phone.isDisconnected || isOverdue(phone, to, now)) {
            return Set.of(true);
        }
        return now.isBefore(from.plus(silence)) ? Set.of(false) : Set.of(false, true);
    }

    private boolean isOverdue(Phone phone, Instant heard, Instant now) {
        Instant due = heard.plus(silence);
        Instant waitedFor = due.isBefore(phone.inScopeSince) ? phone.inScopeSince : due;
        return now.isAfter(waitedFor.plus(SWEEP));
    }

    /** What Intune may show of the phone, in its words. */
    Set<String> shown(Phone phone, Instant now) {
        Set<String> shown = new TreeSet<>();
        if (isInScope(phone) || isOpen(phone, now)) {
            switch (phone.activation) {
                case PENDING -> shown.addAll(takenBack(phone));
                case DEACTIVATED -> shown.add(DEACTIVATED);
                default ->
                    states(phone, now)
                            .forEach(isDisconnected -> shown.add(
                                    isDisconnected
                                            ? "unresponsive"
                                            : phone.hasSecurity() ? STATES[phone.level()] : ACTIVATED));
            }
        }
        if (!isInScope(phone)) {
            shown.addAll(takenBack(phone));
        }
        return shown;
    }

    private static Set<String> takenBack(Phone phone) {
        if (!phone.shown.equals(UNKNOWN)) {
            return Set.of(DEACTIVATED);
        }
        return phone.isTouched ? Set.of(UNKNOWN, DEACTIVATED) : Set.of(UNKNOWN);
    }

    /** Intune's verdict under the rule "at or under low", with the partner switched on for both platforms. */
    static String compliance(Phone phone, String shown) {
        if (!phone.isManaged) {
            return UNKNOWN;
        }
        return !phone.isMobile || Set.of(ACTIVATED, "secured", "lowSeverity").contains(shown)
                ? "compliant"
                : "noncompliant";
    }

    /** What was seen at a quiet moment is where the next begins. */
    void seen(Phone phone, String word, String shown) {
        if (phone.exists) {
            phone.shown = shown;
            phone.isTouched = false;
        }
        phone.isEnrolled |= !word.isEmpty();
        phone.mayBeEnrolled = isInScope(phone);
        phone.isDisconnected = isInScope(phone) ? word.equals(DISCONNECTED) : phone.isDisconnected;
        if (word.equals(OUT_OF_SCOPE)) {
            phone.openUntil = Instant.MIN;
        }
    }
}
