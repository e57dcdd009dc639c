package dev.mtdconnector.people;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.connector.Publishing;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.notify.MailTexts;
import dev.mtdconnector.people.PeopleStore.Told;
import dev.mtdconnector.threat.Policies;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The mail about the threats of one window. Made of what is so now: who asks twice may get less, or nothing any more. */
final class ThreatMails {

    static final String PREFIX = "people-threats-";

    /** So many are named; a mail that nobody reads to its end tells nothing. */
    static final int MOST_NAMED = 20;

    private final PeopleStore store;
    private final DeviceStore devices;
    private final Policies policies;
    private final ConnectorStore connectors;
    private final String publicUrl;

    ThreatMails(
            PeopleStore store, DeviceStore devices, Policies policies, ConnectorStore connectors, String publicUrl) {
        this.store = store;
        this.devices = devices;
        this.policies = policies;
        this.connectors = connectors;
        this.publicUrl = publicUrl;
    }

    /** A threat that is open now, and of a level that weighs something. */
    record Open(
            Device device,
            Threat threat,
            RiskLevel level,
            @Nullable RiskLevel from) {}

    static String id(long window, String userId) {
        return PREFIX + window + "-" + userId;
    }

    /** What of a window still stands, the highest level first. */
    List<Open> standing(String tenantId, long window) {
        Policy policy = policies.of(tenantId);
        List<Open> open = new ArrayList<>();
        store.told(tenantId).forEach((deviceId, told) -> {
            List<Told> ofWindow =
                    told.stream().filter(one -> one.window() == window).toList();
            Optional<Device> device = ofWindow.isEmpty() ? Optional.empty() : devices.find(tenantId, deviceId);
            device.filter(Device::isInScope)
                    .ifPresent(found -> ofWindow.forEach(one -> {
                        Threat threat = found.threats().get(one.guid());
                        if (threat != null && threat.isOpen()) {
                            open.add(new Open(found, threat, policy.levelOf(threat), one.from()));
                        }
                    }));
        });
        open.sort(Comparator.comparing(Open::level).reversed());
        return open;
    }

    /**
     * @param address where it goes
     * @param language of the tenant, for who chose none
     * @return empty when nothing of it is wanted
     */
    Optional<MailOutbox.Draft> of(Person person, String address, long window, List<Open> standing, String language) {
        List<Open> wanted = standing.stream()
                .filter(one -> Topic.isWanted(person.on(), one.level()))
                .toList();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        String spoken = person.language() == null ? language : person.language();
        MailTexts texts = MailTexts.in(spoken);
        boolean isHidden = store.settings(person.tenantId()).usersAreHidden();
        String meaning = texts.text(meaning(connectors.find(person.tenantId()).orElse(null)));
        String link = Unsubscribe.link(publicUrl, person, Unsubscribe.Kind.THREATS);
        StringBuilder text = new StringBuilder(texts.text("threats.intro", count(wanted)));
        wanted.stream()
                .limit(MOST_NAMED)
                .forEach(one -> text.append(item(texts, one, isHidden)).append('\n'));
        if (wanted.size() > MOST_NAMED) {
            text.append(texts.text("threats.more", Integer.toString(wanted.size() - MOST_NAMED)))
                    .append('\n');
        }
        text.append(texts.text("threats.meaning", meaning))
                .append(texts.text("people.end", publicUrl + "/api/v1/me/preferences", link));
        return Optional.of(new MailOutbox.Draft(
                id(window, person.userId()), address, subject(texts, wanted), text.toString(), spoken, link));
    }

    private static String subject(MailTexts texts, List<Open> wanted) {
        Open first = wanted.get(0);
        String level = texts.text("level." + first.level().label());
        return wanted.size() == 1
                ? texts.subject("threats.subject", level, nameOf(first.device()))
                : texts.subject("threats.subject-many", level, count(wanted));
    }

    private static String count(List<Open> wanted) {
        return Integer.toString(wanted.size());
    }

    private String item(MailTexts texts, Open one, boolean isHidden) {
        String user = one.device().facts().userPrincipalName();
        String who = isHidden || user == null
                ? texts.text(isHidden ? "threats.user-hidden" : "threats.user-unknown")
                : MailTexts.oneLine(user);
        String what = MailTexts.oneLine(
                one.threat().classifications().isEmpty()
                        ? one.threat().type()
                        : String.join(", ", one.threat().classifications()));
        String level = texts.text("level." + one.level().label());
        RiskLevel from = one.from();
        String rated = from == null ? level : texts.text("threats.rerated", level, texts.text("level." + from.label()));
        String trace = publicUrl + "/api/v1/devices/" + one.device().deviceId() + "/trace";
        return texts.text("threats.item", nameOf(one.device()), who, what, rated, trace);
    }

    private static String nameOf(Device device) {
        String name = device.facts().displayName();
        return name == null ? device.deviceId() : MailTexts.oneLine(name);
    }

    /** The key of the text that says what a level does to a device's access. */
    private static String meaning(@Nullable Connector connector) {
        if (connector == null) {
            return "meaning.no-connector";
        }
        Publishing publishing = connector.publishing();
        if (publishing.mode() != Publishing.Mode.PUBLISH) {
            return publishing.mode() == Publishing.Mode.OBSERVE ? "meaning.observe" : "meaning.release";
        }
        if (!connector.threatStatus()) {
            return "meaning.not-synced";
        }
        return "meaning." + publishing.target().way().label();
    }

    /** What an id of ours says of its window; empty when it is none of these mails. */
    static Optional<Long> windowOf(String draftId, String userId) {
        String end = "-" + userId;
        return draftId.startsWith(PREFIX) && draftId.endsWith(end)
                ? Optional.of(Long.parseLong(draftId.substring(PREFIX.length(), draftId.length() - end.length())))
                : Optional.empty();
    }

    /** The threats of devices that count now, with their levels; those of no risk are not among them. */
    static Map<String, RiskLevel> levels(Device device, Policy policy) {
        Map<String, RiskLevel> levels = new TreeMap<>();
        if (device.isInScope()) {
            for (Threat threat : device.openThreats()) {
                RiskLevel level = policy.levelOf(threat);
                if (level != RiskLevel.NONE) {
                    levels.put(threat.guid(), level);
                }
            }
        }
        return levels;
    }
}
