package dev.mtdconnector.local.contoso;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Changes of many things at once. What is chosen depends on the tenant and the seed alone, so that it can be replayed. */
final class BulkChanges {

    private static final int MOST = 1_000_000;

    private final Contoso contoso;

    BulkChanges(Contoso contoso) {
        this.contoso = contoso;
    }

    /** Adds and removes members by name; whoever is a member already, or is none, stays so. */
    void members(Group group, Fields fields, UnaryOperator<String> member) {
        for (String one : fields.texts("remove")) {
            contoso.removeMember(group.id(), member.apply(one));
        }
        for (String one : fields.texts("add")) {
            String id = member.apply(one);
            if (id.equals(group.id()) || contoso.transitiveMembers(id).contains(group.id())) {
                throw new IllegalArgumentException("A group cannot be a member of itself");
            }
            contoso.addMember(group.id(), id);
        }
    }

    /** Takes so many users out of a group, and puts so many others into it. */
    void exchange(Group group, Fields fields) {
        int remove = number(fields, "remove", 0);
        int add = number(fields, "add", 0);
        Random random = new Random(Objects.requireNonNullElse(fields.optionalNumber("seed", 0, Long.MAX_VALUE), 1L));
        List<String> inside = new ArrayList<>(
                contoso.members(group.id(), 0, MOST, id -> contoso.typeOf(id).equals("user"))
                        .items());
        Set<String> members = Set.copyOf(inside);
        List<String> outside = new ArrayList<>();
        contoso.users(0, MOST, user -> !members.contains(user.id())).items().forEach(user -> outside.add(user.id()));
        Collections.shuffle(inside, random);
        Collections.shuffle(outside, random);
        if (remove > inside.size() || add > outside.size()) {
            throw new IllegalArgumentException(group.displayName() + " has " + inside.size() + " users to remove, and "
                    + outside.size() + " others could be added");
        }
        inside.subList(0, remove).forEach(id -> contoso.removeMember(group.id(), id));
        outside.subList(0, add).forEach(id -> contoso.addMember(group.id(), id));
    }

    /** Makes users, each with one phone. */
    void users(@Nullable Group group, Fields fields, Instant at) {
        int count = number(fields, "count", 1);
        String batch = fields.text("batch");
        boolean managed = fields.flag("managed", true);
        for (int i = 0; i < count; i++) {
            String key = batch + "/" + i;
            String name = "joiner" + i + "." + batch.substring(0, Math.min(8, batch.length())) + "@" + WellKnown.DOMAIN;
            if (contoso.user(name).isPresent()) {
                throw new IllegalArgumentException("There is a user " + name);
            }
            String id = contoso.idFor("bulkUser/" + key);
            contoso.put(new User(id, "Joiner " + i, "Joiner", Integer.toString(i), name, Set.of(), at));
            boolean apple = i % 2 == 0;
            contoso.put(new Device(
                    contoso.idFor("bulkDeviceObject/" + key),
                    contoso.idFor("bulkDevice/" + key),
                    "Joiner phone " + i,
                    apple ? "iOS" : "Android",
                    apple ? "18.6" : "16",
                    apple ? "Apple" : "Google",
                    apple ? "iPhone 15" : "Pixel 8",
                    managed,
                    id,
                    null,
                    at,
                    Device.Extra.NONE));
            if (group != null) {
                contoso.addMember(group.id(), id);
            }
        }
    }

    /** Gives so many devices another version of their system. */
    void devices(Fields fields) {
        int count = number(fields, "count", 1);
        String version = fields.text("operatingSystemVersion");
        Random random = new Random(Objects.requireNonNullElse(fields.optionalNumber("seed", 0, Long.MAX_VALUE), 1L));
        List<Device> devices = new ArrayList<>(contoso.devices(
                        0,
                        MOST,
                        device -> !device.operatingSystemVersion().equals(version)
                                && !device.operatingSystem().equals("Windows"))
                .items());
        if (count > devices.size()) {
            throw new IllegalArgumentException("There are " + devices.size() + " devices of another version");
        }
        Collections.shuffle(devices, random);
        devices.subList(0, count)
                .forEach(device -> contoso.put(device.changed(device.displayName(), version, device.managed())));
    }

    private static int number(Fields fields, String name, int least) {
        Long number = fields.optionalNumber(name, least, MOST);
        if (number == null && least > 0) {
            throw new IllegalArgumentException("The field " + name + " is missing");
        }
        return number == null ? 0 : number.intValue();
    }
}
