package dev.mtdconnector.people;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.notify.MailTexts;
import dev.mtdconnector.people.PeopleStore.Summarised;
import dev.mtdconnector.threat.Policies;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Counts a tenant's devices and threats, and says in a mail how many there are and how that changed. */
final class Summaries {

    static final String PREFIX = "people-summary-";

    private static final int PAGE = 500;

    /** In the order of the mail. */
    private static final List<String> COUNTS = List.of(
            "devices", "pending", "activated", "disconnected", "deactivated", "secured", "high", "medium", "low");

    private static final List<String> THREATS = List.of("threats-high", "threats-medium", "threats-low");

    private final DeviceStore devices;
    private final Policies policies;
    private final String publicUrl;

    Summaries(DeviceStore devices, Policies policies, String publicUrl) {
        this.devices = devices;
        this.policies = policies;
        this.publicUrl = publicUrl;
    }

    static String id(Period period, LocalDate due, String userId) {
        return PREFIX + period.topic().label() + "-" + due + "-" + userId;
    }

    /** The period of a mail of ours; empty when it is none of these. */
    static Optional<Period> periodOf(String draftId) {
        for (Period period : Period.values()) {
            if (draftId.startsWith(PREFIX + period.topic().label() + "-")) {
                return Optional.of(period);
            }
        }
        return Optional.empty();
    }

    /**
     * Devices in scope by their states, and open threats by level. Reads every device, page by page: one page is held at a
     * time.
     *
     * @param checkpoint run between pages
     */
    Map<String, Long> count(String tenantId, Runnable checkpoint) {
        Policy policy = policies.of(tenantId);
        Map<String, Long> counts = new LinkedHashMap<>();
        @Nullable String cursor = null;
        do {
            checkpoint.run();
            DeviceStore.Page page = devices.list(tenantId, PAGE, cursor);
            page.devices().stream().filter(Device::isInScope).forEach(device -> count(device, policy, counts));
            cursor = page.next();
        } while (cursor != null);
        return counts;
    }

    private static void count(Device device, Policy policy, Map<String, Long> counts) {
        add(counts, "devices");
        boolean isActive = device.activation() == Device.Activation.ACTIVATED;
        add(
                counts,
                isActive && device.isDisconnected()
                        ? "disconnected"
                        : device.activation().label());
        if (isActive) {
            RiskLevel level = device.level(policy);
            add(counts, level == RiskLevel.NONE ? "secured" : level.label());
        }
        ThreatMails.levels(device, policy).values().forEach(level -> add(counts, "threats-" + level.label()));
    }

    private static void add(Map<String, Long> counts, String name) {
        counts.merge(name, 1L, Long::sum);
    }

    /**
     * @param before what the summary before counted; null when there was none
     * @param language of the tenant, for who chose none
     */
    MailOutbox.Draft of(
            Person person,
            String address,
            Period period,
            Summarised now,
            @Nullable Summarised before,
            ZoneId zone,
            String tenant,
            String language) {
        String spoken = person.language() == null ? language : person.language();
        MailTexts texts = MailTexts.in(spoken);
        String link = Unsubscribe.link(publicUrl, person, Unsubscribe.Kind.of(period));
        String kind = texts.text("summary." + period.topic().label());
        StringBuilder text = new StringBuilder(
                texts.text("summary.intro", MailTexts.oneLine(tenant), now.due().toString(), zone.getId()));
        text.append(texts.text("summary.devices")).append('\n');
        COUNTS.forEach(name -> text.append(line(texts, name, now, before)));
        text.append('\n').append(texts.text("summary.threats")).append('\n');
        THREATS.forEach(name -> text.append(line(texts, name, now, before)));
        text.append('\n');
        if (before != null) {
            text.append(texts.text("summary.since", before.due().toString()));
        }
        text.append(texts.text("people.end", publicUrl + "/api/v1/me/preferences", link));
        return new MailOutbox.Draft(
                id(period, now.due(), person.userId()),
                address,
                texts.subject("summary.subject", kind, tenant, now.due().toString()),
                text.toString(),
                spoken,
                link);
    }

    private static String line(MailTexts texts, String name, Summarised now, @Nullable Summarised before) {
        long count = now.counts().getOrDefault(name, 0L);
        long change = before == null ? 0 : count - before.counts().getOrDefault(name, 0L);
        String label = texts.text("summary.count." + name);
        return "- " + label + ": " + count
                + (change == 0 ? "" : " (" + (change > 0 ? "+" : "−") + Math.abs(change) + ")") + "\n";
    }
}
