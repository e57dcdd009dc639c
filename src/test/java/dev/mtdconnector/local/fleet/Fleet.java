package dev.mtdconnector.local.fleet;

import dev.mtdconnector.local.fleet.Act.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to the people and phones of Contoso, and when. Pure: the same seed, size and start give the same acts,
 * whatever becomes of them and however the time is cut.
 *
 * <p>The numbers are for {@code liveliness} 1, which is some ten times as lively as a company of that size, so that a week
 * shows everything: of a hundred phones, each day five catch a threat by themselves, one is broken and one registered anew, one
 * person comes, one goes and one leaves the group for a while.
 */
public final class Fleet {

    private static final Duration DAY = Duration.ofDays(1);
    private static final List<String> FIRST = List.of(
            "Amara", "Björn", "Chloé", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Ingrid", "Jamal", "Keiko", "Liam");
    private static final List<String> LAST = List.of(
            "Andersson", "Bakker", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Hoang", "Ivanova", "Jansen");

    private final Random random;
    private final long seed;
    private final int size;
    private final double liveliness;
    private final PriorityQueue<Planned> agenda =
            new PriorityQueue<>(Comparator.comparing(Planned::at).thenComparing(Planned::number));
    private final Map<String, Person> people = new LinkedHashMap<>();
    private final List<Phone> phones = new ArrayList<>();
    private List<Act> acts = new ArrayList<>();
    private Instant now;
    private long numbers;

    /**
     * @param size how many phones there are at first
     * @param start nothing happens before
     */
    public Fleet(long seed, int size, double liveliness, Instant start) {
        this.random = new Random(seed);
        this.seed = seed;
        this.size = size;
        this.liveliness = liveliness;
        this.now = start;
        for (int i = 0; i < size; i++) {
            hire(Duration.ofMinutes(1 + random.nextInt(240)));
        }
        often(0.05, this::oneCatches);
        often(0.4 / size, this::wave);
        often(0.01, () -> hire(hours(1, 30)));
        often(0.008, this::quit);
        often(0.01, this::leaveForAWhile);
        often(0.01, this::breakPhone);
        often(0.01, this::registerAnew);
        often(0.01, this::putAway);
        often(0.006, this::handOver);
        often(0.006, () -> administrator(Kind.DEACTIVATED));
        often(0.004, () -> administrator(Kind.FORGOTTEN));
        often(0.004, () -> administrator(Kind.RESYNCED));
    }

    private record Planned(Instant at, long number, Runnable what) {}

    private static final class Person {
        final String id;
        final String name;
        final TreeSet<String> groups = new TreeSet<>();
        boolean isGone;

        Person(String id, String name) {
            this.id = id;
            this.name = name;
        }

        boolean isInScope() {
            return !isGone && !groups.isEmpty();
        }
    }

    private static final class Phone {
        final String id;
        final String system;
        final boolean isVendors;
        final boolean isManaged;
        final Map<String, Threats> threats = new LinkedHashMap<>();
        Person owner;
        boolean isActive;
        boolean isGone;
        Instant awayUntil = Instant.MIN;

        Phone(String id, String system, boolean isVendors, boolean isManaged, Person owner) {
            this.id = id;
            this.system = system;
            this.isVendors = isVendors;
            this.isManaged = isManaged;
            this.owner = owner;
        }

        String traits() {
            return system + (isVendors ? " vendor" : " own") + (isManaged ? " managed" : " unmanaged");
        }
    }

    /** What happens after the last time that was asked for, up to this one, in order. */
    public List<Act> until(Instant end) {
        acts = new ArrayList<>();
        while (!agenda.isEmpty() && !agenda.element().at().isAfter(end)) {
            Planned next = agenda.remove();
            now = next.at();
            next.what().run();
        }
        now = end;
        return acts;
    }

    private void plan(Duration after, Runnable what) {
        agenda.add(new Planned(now.plus(after), numbers++, what));
    }

    private void emit(Kind kind, String person, String phone, String what, String name) {
        acts.add(new Act(now, kind, person, phone, what, name));
    }

    /** So often a day and phone, at random times, and seldom at night. */
    private void often(double perPhoneAndDay, Runnable what) {
        double days = -Math.log(1 - random.nextDouble()) / (perPhoneAndDay * size * liveliness);
        plan(Duration.ofSeconds((long) (days * DAY.toSeconds())), () -> {
            int hour = now.atOffset(ZoneOffset.UTC).getHour();
            boolean isNight = hour < 6 || hour >= 22;
            if (!isNight || random.nextInt(5) == 0) {
                what.run();
            }
            often(perPhoneAndDay, what);
        });
    }

    private Duration hours(int least, int most) {
        return Duration.ofMinutes(60L * least + random.nextInt(60 * (most - least)));
    }

    private String id(String kind) {
        return UUID.nameUUIDFromBytes((seed + "/" + kind + "/" + numbers++).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private boolean isInUse(Phone phone) {
        return !phone.isGone && phone.owner.isInScope() && !now.isBefore(phone.awayUntil);
    }

    private boolean isProtected(Phone phone) {
        return isInUse(phone) && phone.isActive;
    }

    private @Nullable Phone any(Predicate<Phone> which) {
        List<Phone> found = phones.stream().filter(which).toList();
        return found.isEmpty() ? null : found.get(random.nextInt(found.size()));
    }

    private void hire(Duration untilActivation) {
        String id = id("person");
        String name = FIRST.get(random.nextInt(FIRST.size())) + " " + LAST.get(random.nextInt(LAST.size())) + " "
                + (people.size() + 1);
        Person person = new Person(id, name);
        people.put(id, person);
        plan(Duration.ZERO, () -> {
            emit(Kind.HIRED, id, "", "", name);
            givePhone(person, untilActivation);
            join(person, random.nextInt(10) < 7 ? "direct" : "nested");
            if (random.nextInt(8) == 0) {
                join(person, random.nextBoolean() ? "direct" : "nested");
            }
            if (random.nextInt(8) == 0) {
                givePhone(person, hours(1, 30));
            }
        });
    }

    private void join(Person person, String group) {
        if (person.groups.add(group)) {
            emit(Kind.JOINED, person.id, "", group, "");
        }
    }

    private void givePhone(Person owner, Duration untilActivation) {
        String system = random.nextInt(10) < 6 ? "iOS" : "Android";
        add(new Phone(id("phone"), system, random.nextInt(3) == 0, random.nextInt(8) != 0, owner), untilActivation);
    }

    private void add(Phone phone, Duration untilActivation) {
        phones.add(phone);
        emit(Kind.GOT_PHONE, phone.owner.id, phone.id, phone.traits(), phone.owner.name + "'s phone");
        activateIn(untilActivation, phone);
        if (!phone.isVendors) {
            plan(untilActivation.plus(hours(16, 26)), () -> checkIn(phone));
        }
    }

    private void activateIn(Duration time, Phone phone) {
        plan(time, () -> activate(phone));
    }

    private void activate(Phone phone) {
        if (phone.isGone || phone.isActive) {
            return;
        }
        if (!isInUse(phone)) {
            activateIn(hours(2, 12), phone);
            return;
        }
        phone.isActive = true;
        emit(Kind.ACTIVATES, phone.owner.id, phone.id, "", "");
        if (!phone.isVendors) {
            // The app needs a moment, and some are put into a pocket right after.
            plan(random.nextInt(6) == 0 ? hours(2, 9) : Duration.ofMinutes(1 + random.nextInt(9)), () -> say(phone));
        }
    }

    /** At least once a day, as the app on a phone that is in use does. */
    private void checkIn(Phone phone) {
        if (!phone.isGone) {
            say(phone);
            plan(isInUse(phone) ? hours(16, 24) : hours(2, 7), () -> checkIn(phone));
        }
    }

    private void say(Phone phone) {
        if (isProtected(phone)) {
            emit(
                    Kind.CHECKS_IN,
                    phone.owner.id,
                    phone.id,
                    "1." + now.atOffset(ZoneOffset.UTC).getDayOfYear() / 7,
                    "");
        }
    }

    private void oneCatches() {
        catches(any(this::isProtected), Threats.any(random));
    }

    private void catches(@Nullable Phone phone, Threats threat) {
        if (phone == null || !isProtected(phone) || phone.threats.size() > 8) {
            return;
        }
        String guid = id("threat");
        phone.threats.put(guid, threat);
        emit(Kind.CATCHES, phone.owner.id, phone.id, threat.name(), guid);
        plan(threat.stay(random), () -> resolve(phone, guid));
    }

    private void resolve(Phone phone, String guid) {
        Threats threat = phone.threats.get(guid);
        if (threat == null || phone.isGone) {
            return;
        }
        if (!isProtected(phone)) {
            plan(hours(2, 8), () -> resolve(phone, guid));
            return;
        }
        phone.threats.remove(guid);
        emit(Kind.RESOLVES, phone.owner.id, phone.id, threat.name(), guid);
    }

    /** A tenth to a third of the phones within hours. */
    private void wave() {
        Threats threat = Threats.ofWave(random);
        double share = 0.1 + random.nextDouble() * 0.25;
        int minutes = 90 + random.nextInt(7 * 60);
        for (Phone phone : List.copyOf(phones)) {
            if (isProtected(phone) && random.nextDouble() < share) {
                plan(Duration.ofMinutes(random.nextInt(minutes)), () -> catches(phone, threat));
            }
        }
    }

    private void leaveForAWhile() {
        Phone phone = any(this::isInUse);
        if (phone == null) {
            return;
        }
        Person person = phone.owner;
        List<String> groups = List.copyOf(person.groups);
        groups.forEach(group -> emit(Kind.LEFT, person.id, "", group, ""));
        person.groups.clear();
        if (random.nextInt(4) > 0) {
            plan(hours(3, 60), () -> {
                if (!person.isGone) {
                    groups.forEach(group -> join(person, group));
                }
            });
        }
    }

    private void quit() {
        Phone phone = any(this::isInUse);
        if (phone != null) {
            phone.owner.isGone = true;
            emit(Kind.QUIT, phone.owner.id, "", "", "");
            phones.stream()
                    .filter(one -> one.owner == phone.owner && !one.isGone)
                    .forEach(one -> plan(hours(12, 60), () -> delete(one)));
        }
    }

    private void delete(Phone phone) {
        phone.isGone = true;
        phones.remove(phone);
        emit(Kind.PHONE_DELETED, "", phone.id, "", "");
    }

    private void breakPhone() {
        Phone phone = any(this::isInUse);
        if (phone != null) {
            phone.isGone = true;
            plan(hours(12, 80), () -> delete(phone));
            plan(hours(2, 30), () -> {
                if (!phone.owner.isGone) {
                    givePhone(phone.owner, hours(1, 8));
                }
            });
        }
    }

    /** Set back to how it left the factory: Entra registers it anew. Intune's record, if there is one, goes along. */
    private void registerAnew() {
        Phone phone = any(one -> isInUse(one) && one.isManaged);
        if (phone != null) {
            phone.isGone = true;
            Phone anew = new Phone(id("phone"), phone.system, phone.isVendors, true, phone.owner);
            emit(Kind.REREGISTERED, phone.owner.id, phone.id, anew.id, "");
            add(anew, hours(1, 6));
        }
    }

    private void putAway() {
        Phone phone = any(this::isProtected);
        if (phone != null) {
            phone.awayUntil = now.plus(hours(30, 150));
        }
    }

    private void handOver() {
        Phone phone = any(one -> isProtected(one) && !one.isVendors);
        Phone other = any(this::isInUse);
        if (phone != null && other != null && phone.owner != other.owner) {
            phone.owner = other.owner;
            phone.threats.clear();
            emit(Kind.HANDED_OVER, other.owner.id, phone.id, "", "");
            phone.isActive = false;
            activate(phone);
        }
    }

    private void administrator(Kind kind) {
        Phone phone = any(this::isProtected);
        if (phone == null) {
            return;
        }
        emit(kind, "", phone.id, "", "");
        if (kind != Kind.RESYNCED) {
            phone.isActive = false;
            if (kind == Kind.FORGOTTEN && !phone.isVendors) {
                phone.threats.clear();
            }
            activateIn(hours(1, 10), phone);
        }
    }
}
