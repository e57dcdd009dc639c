package dev.mtdconnector.local.contoso;

import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tenant from a seed. The first twelve people hold the cases that matter, at any size: of the enrollment group
 * nine supported devices, an iPad that is too old and a Windows laptop; a member without a device; devices of people
 * outside the group; a user who is reached by two ways; names with an apostrophe, an umlaut and an emoji; two devices, and
 * one in a hundred of the further ones, that somebody else enrolled in Intune than owns them.
 */
final class ContosoGenerator {

    static final int SMALLEST = 12;
    private static final Instant FOUNDED = Instant.parse("2024-03-04T08:00:00Z");
    private static final List<String> GIVEN = List.of(
            "Amara", "Bjørn", "Chloé", "Dmitri", "Elif", "Farid", "Giulia", "Hanna", "Ivo", "Joana", "Kenji", "Lucía",
            "Marek", "Nia", "Omar", "Petra", "Quentin", "Rosa", "Sven", "Tanvi", "Uwe", "Vera", "Wei", "Yara");
    private static final List<String> FAMILY = List.of(
            "Abreu",
            "Bianchi",
            "Çelik",
            "D'Angelo",
            "Eriksen",
            "Fischer",
            "García",
            "Horvat",
            "Ito",
            "Jansen",
            "Kowalski",
            "Lindgren",
            "Moreau",
            "Nowak",
            "O'Brien",
            "Petrov",
            "Quispe",
            "Rossi",
            "Şahin",
            "Tran",
            "Ueda",
            "Varga");

    private static final List<String> IOS = List.of("18.0", "18.1", "18.2", "18.3", "18.4", "18.5", "18.6");
    private static final List<String> ANDROID = List.of("13", "14", "15", "16");

    /** Every so many people have a phone that the help desk enrolled. */
    private static final int STAGED_EVERY = 100;

    private final Contoso contoso;
    private final int users;
    private final SplittableRandom random;
    private int deviceCount;

    ContosoGenerator(long seed, int users, List<AppRegistration> registrations) {
        if (users < SMALLEST) {
            throw new IllegalArgumentException("Contoso has at least " + SMALLEST + " users, not " + users);
        }
        this.contoso = new Contoso(seed);
        this.users = users;
        this.random = new SplittableRandom(seed);
        registrations.forEach(contoso::put);
    }

    Contoso generate() {
        contoso.instantiate(WellKnown.MICROSOFT_GRAPH, "Microsoft Graph", WellKnown.MICROSOFT_TENANT, FOUNDED);
        contoso.instantiate(WellKnown.INTUNE_API, "Microsoft Intune API", WellKnown.MICROSOFT_TENANT, FOUNDED);
        group(WellKnown.FULL_ACCESS_GROUP, "MTD Full Access", "Administrators of the MTD console", false);
        group(WellKnown.RESTRICTED_ACCESS_GROUP, "MTD Restricted Access", "Help desk", false);
        group(WellKnown.READ_ONLY_ACCESS_GROUP, "MTD Read Only", "Auditors of the MTD console", false);
        group(WellKnown.SECURITY_OPERATIONS_GROUP, "Security Operations", "Watches over everything", false);
        group(WellKnown.ENROLLMENT_GROUP, "Mobile Threat Defense Users", "People whose phones are protected", false);
        group(WellKnown.FIELD_SALES_GROUP, "Field Sales", "Sales outside the office", false);
        String travel = group(null, "Frequent Travellers", "Members of the travel programme", false);
        String emea = group(null, "Sales EMEA", "Field sales of one region", false);
        String everyone = group(null, "All Hands", "Everybody's news", true);
        contoso.addMember(WellKnown.ENROLLMENT_GROUP, WellKnown.FIELD_SALES_GROUP);
        contoso.addMember(WellKnown.ENROLLMENT_GROUP, travel);
        contoso.addMember(WellKnown.FIELD_SALES_GROUP, emea);
        contoso.addMember(travel, emea);
        people(travel, emea, everyone);
        for (int i = SMALLEST; i < users; i++) {
            further(i, travel, emea, everyone);
        }
        return contoso;
    }

    private void people(String travel, String emea, String everyone) {
        String ines = user(WellKnown.INES, "Ines", "Duarte", Set.of(WellKnown.GLOBAL_ADMINISTRATOR));
        contoso.addMember(WellKnown.FULL_ACCESS_GROUP, ines);
        contoso.addMember(WellKnown.FULL_ACCESS_GROUP, WellKnown.SECURITY_OPERATIONS_GROUP);
        iPhone(null, "Ines's iPhone", "18.6", ines);

        String lena = user(WellKnown.LENA, "Lena", "Brandt", Set.of());
        contoso.addMember(WellKnown.ENROLLMENT_GROUP, lena);
        iPhone(WellKnown.LENAS_IPHONE, "Lena's iPhone", "18.6", lena);

        String oscar = user(WellKnown.OSCAR, "Oscar", "Lindqvist", Set.of());
        contoso.addMember(WellKnown.FIELD_SALES_GROUP, oscar);
        android(WellKnown.OSCARS_ANDROID, "Oscar's Android phone", "15", oscar);

        String siobhan = user(null, "Siobhán", "O'Neill", Set.of());
        contoso.addMember(WellKnown.ENROLLMENT_GROUP, siobhan);
        // Entra writes IPhone for a phone that is registered and not enrolled in an MDM.
        device(null, "Siobhán's iPhone", "IPhone", "17.7.2", "Apple", "iPhone 13", false, siobhan);

        String juergen = user(null, "Jürgen", "Groß", Set.of());
        contoso.addMember(WellKnown.FIELD_SALES_GROUP, juergen);
        android(null, "Jürgens Dienst-Handy", "14", juergen);

        String mei = user(null, "Mei", "Tanaka", Set.of());
        contoso.addMember(emea, mei);
        android(null, "Mei 🦊 Pixel", "16", mei);

        String ahmed = user(WellKnown.AHMED, "Ahmed", "El-Sayed", Set.of());
        contoso.addMember(WellKnown.SECURITY_OPERATIONS_GROUP, ahmed);
        contoso.addMember(WellKnown.ENROLLMENT_GROUP, ahmed);
        iPhone(null, "Ahmed's iPhone", "18.5", ahmed);
        device(null, "Ahmed's old iPad", "IPad", "12.5.7", "Apple", "iPad Air", false, ahmed);

        String ruth = user(null, "Ruth", "Cohen", Set.of());
        contoso.addMember(travel, ruth);
        android(null, "Ruth's Galaxy", "15", ruth);
        device(null, "LAPTOP-7Q2RUTH", "Windows", "10.0.26100.4061", "LENOVO", "ThinkPad X1", true, ruth);

        String kofi = user(null, "Kofi", "Mensah", Set.of());
        contoso.addMember(emea, kofi);
        iPhone(null, "Kofi's iPhone", "18.6", kofi);
        android(null, "Kofi's tablet", "14", kofi);

        String zoe = user(WellKnown.ZOE, "Zoë", "Ångström", Set.of());
        contoso.addMember(WellKnown.READ_ONLY_ACCESS_GROUP, zoe);
        contoso.addMember(WellKnown.ENROLLMENT_GROUP, zoe);

        String priya = user(WellKnown.PRIYA, "Priya", "Raman", Set.of());
        contoso.addMember(WellKnown.RESTRICTED_ACCESS_GROUP, priya);
        iPhone(null, "Priya's iPhone", "18.6", priya);

        String tom = user(null, "Tom", "Hale", Set.of());
        android(null, "Tom's phone", "13", tom);

        enrolled(juergen, "Jürgens Dienst-Handy", ines);
        enrolled(kofi, "Kofi's tablet", priya);

        for (String member : List.of(ines, lena, oscar, siobhan, juergen, mei, ahmed, ruth, kofi, zoe, priya)) {
            contoso.addMember(everyone, member);
        }
    }

    private void further(int number, String travel, String emea, String everyone) {
        String user = user(
                null,
                GIVEN.get(random.nextInt(GIVEN.size())),
                FAMILY.get(random.nextInt(FAMILY.size())),
                number,
                Set.of());
        contoso.addMember(everyone, user);
        int place = random.nextInt(20);
        if (place < 10) {
            contoso.addMember(WellKnown.ENROLLMENT_GROUP, user);
        } else if (place < 14) {
            contoso.addMember(WellKnown.FIELD_SALES_GROUP, user);
        } else if (place < 16) {
            contoso.addMember(travel, user);
        } else if (place < 18) {
            contoso.addMember(emea, user);
        }
        int owned = 1 + random.nextInt(4) / 3;
        for (int i = 0; i < owned; i++) {
            String name = contoso.user(user).orElseThrow().givenName() + " phone " + number + (i == 0 ? "" : "b");
            int kind = random.nextInt(100);
            if (kind < 48) {
                iPhone(null, name, IOS.get(random.nextInt(IOS.size())), user);
            } else if (kind < 94) {
                android(null, name, ANDROID.get(random.nextInt(ANDROID.size())), user);
            } else if (kind < 97) {
                device(null, name, "IPad", "12.5.7", "Apple", "iPad Air", false, user);
            } else {
                device(null, "LAPTOP-" + number, "Windows", "10.0.26100.4061", "LENOVO", "ThinkPad X1", true, user);
            }
            if (number % STAGED_EVERY == 0 && kind < 94) {
                enrolled(user, name, WellKnown.INES);
            }
        }
    }

    private String group(@Nullable String id, String name, String description, boolean unified) {
        String made = id == null ? contoso.idFor("group/" + name) : id;
        contoso.put(Group.plain(made, name, description, unified, FOUNDED));
        return made;
    }

    private String user(@Nullable String id, String given, String family, Set<String> roles) {
        return user(id, given, family, 0, roles);
    }

    private String user(@Nullable String id, String given, String family, int number, Set<String> roles) {
        String name = plain(given) + "." + plain(family) + (number == 0 ? "" : Integer.toString(number)) + "@"
                + WellKnown.DOMAIN;
        String made = id == null ? contoso.idFor("user/" + name) : id;
        contoso.put(new User(made, given + " " + family, given, family, name, roles, FOUNDED));
        return made;
    }

    private void iPhone(@Nullable String deviceId, String name, String version, String owner) {
        device(deviceId, name, "iOS", version, "Apple", "iPhone 15", true, owner);
    }

    private void android(@Nullable String deviceId, String name, String version, String owner) {
        device(deviceId, name, "Android", version, "Google", "Pixel 8", true, owner);
    }

    private void device(
            @Nullable String deviceId,
            String name,
            String system,
            String version,
            String manufacturer,
            String model,
            boolean managed,
            String owner) {
        String key = owner + "/" + name;
        String made = deviceId == null ? contoso.idFor("device/" + key) : deviceId;
        Instant registered = FOUNDED.plus(Duration.ofHours(deviceCount++ % 5_000L));
        contoso.put(new Device(
                contoso.idFor("deviceObject/" + key),
                made,
                name,
                system,
                version,
                manufacturer,
                model,
                managed,
                owner,
                null,
                registered,
                Device.Extra.NONE));
    }

    private void enrolled(String owner, String name, String by) {
        Device device = contoso.device(contoso.idFor("deviceObject/" + owner + "/" + name))
                .orElseThrow();
        contoso.put(device.enrolledBy(by));
    }

    /** Lower-case letters a to z only, as user principal names are usually made. */
    private static String plain(String name) {
        return Normalizer.normalize(name.replace("ß", "ss").replace("ø", "o"), Normalizer.Form.NFD)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z]", "");
    }
}
