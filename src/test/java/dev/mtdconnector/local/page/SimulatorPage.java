package dev.mtdconnector.local.page;

import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Html;
import dev.mtdconnector.local.intune.Compliance;
import dev.mtdconnector.local.intune.HealthState;
import dev.mtdconnector.local.intune.Platform;
import dev.mtdconnector.local.intune.RuleLevel;
import dev.mtdconnector.local.intune.SimulatedIntune;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Renders what Entra and Intune hold as one page. Pure: the same world gives the same page. */
final class SimulatorPage {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final List<Step> STEPS = List.of(new Step("+10 minutes", 600), new Step("+1 day", 86_400));

    /** How many devices are seen before the list is opened. */
    private static final int AT_FIRST = 12;

    private final World world;
    private final Bulletin.Notice notice;

    SimulatorPage(World world, Bulletin.Notice notice) {
        this.world = world;
        this.notice = notice;
    }

    private record Step(String label, int seconds) {}

    Answer render() {
        return Shell.page(
                200,
                world.tenantName() + " · Entra and Intune, simulated",
                header(),
                bulletin() + "<div class=\"columns\">" + connector() + registrations() + "</div>" + devices()
                        + "<div class=\"columns\">" + messages() + groups() + "</div>"
                        + VendorCard.of(world.vendor()));
    }

    private String header() {
        StringBuilder out = new StringBuilder();
        out.append("<div class=\"brand\"><h1>")
                .append(Html.escape(world.tenantName()))
                .append("</h1>");
        out.append("<p>Simulated Entra ID and Intune · <code>")
                .append(Html.escape(world.tenantId()))
                .append("</code></p></div>");
        out.append("<div class=\"clock\"><p class=\"now\"><span class=\"label\">Clock (UTC)</span>")
                .append(time(world.now()))
                .append("</p><form method=\"post\" action=\"/page/clock\">");
        for (Step step : STEPS) {
            out.append("<button name=\"advanceSeconds\" value=\"")
                    .append(step.seconds())
                    .append("\">")
                    .append(step.label())
                    .append("</button>");
        }
        out.append("</form></div>");
        out.append("<a class=\"mail\" href=\"/mail\">")
                .append(icon("mail"))
                .append("Mail <span class=\"count\">")
                .append(world.mailCount())
                .append("</span></a>");
        return out.toString();
    }

    /** Who makes this tenant live, and what happened lately. */
    private String bulletin() {
        if (notice.title().isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder("<section class=\"card\"><h2>")
                .append(Html.escape(notice.title()))
                .append("</h2><p>")
                .append(Html.escape(notice.summary()))
                .append("</p><details class=\"rest\" id=\"lately\"><summary>Lately</summary><ul class=\"lately\">");
        notice.lately()
                .forEach(line -> out.append("<li>").append(Html.escape(line)).append("</li>"));
        return out.append("</ul></details></section>").toString();
    }

    private String connector() {
        SimulatedIntune.Connector connector = world.connector();
        StringBuilder out = new StringBuilder();
        out.append("<section class=\"card connector\"><h2>Mobile Threat Defense connector</h2>");
        out.append("<p class=\"state\">")
                .append(
                        switch (connector.state()) {
                            case UNAVAILABLE ->
                                chip("off", "stopped", connector.state().title());
                            case NOT_SET_UP ->
                                chip("off", "dots", connector.state().title());
                            case AVAILABLE ->
                                chip("info", "ring", connector.state().title());
                            case ENABLED ->
                                chip("good", "check", connector.state().title());
                            case UNRESPONSIVE, ERROR ->
                                chip("bad", "cross", connector.state().title());
                        })
                .append("<span class=\"why\">")
                .append(explain(connector))
                .append("</span></p>");
        out.append("<dl><div><dt>Last heartbeat</dt><dd>")
                .append(ago(connector.lastHeartbeat()))
                .append("</dd></div><div><dt>Days until unresponsive</dt><dd>")
                .append(connector.unresponsiveAfterDays())
                .append("</dd></div></dl>");
        out.append("<h3>Connect devices to the partner</h3><div class=\"switches\">");
        for (Platform platform : Platform.values()) {
            boolean on = connector.admin().connected().contains(platform);
            out.append(
                            "<form method=\"post\" action=\"/page/platform\"><input type=\"hidden\" name=\"platform\" value=\"")
                    .append(platform.label())
                    .append("\"><button role=\"switch\" class=\"switch\" aria-checked=\"")
                    .append(on)
                    .append("\" name=\"enabled\" value=\"")
                    .append(!on)
                    .append("\"><span class=\"track\"></span>")
                    .append(platform.title())
                    .append("<span class=\"onoff\">")
                    .append(on ? "On" : "Off")
                    .append("</span></button></form>");
        }
        out.append("</div><h3>Require devices to be at or under the threat level</h3>");
        out.append("<form method=\"post\" action=\"/page/rule\" class=\"segments\">");
        segment(out, "none", "No rule", connector.admin().rule() == null);
        for (RuleLevel level : RuleLevel.values()) {
            segment(
                    out,
                    level.label(),
                    capitalized(level.label()),
                    connector.admin().rule() == level);
        }
        return out.append("</form></section>").toString();
    }

    private static void segment(StringBuilder out, String value, String label, boolean chosen) {
        out.append("<button name=\"level\" value=\"")
                .append(value)
                .append("\" aria-pressed=\"")
                .append(chosen)
                .append("\">")
                .append(label)
                .append("</button>");
    }

    private static String explain(SimulatedIntune.Connector connector) {
        return switch (connector.state()) {
            case UNAVAILABLE -> "The partner has not provisioned this tenant. Messages are blocked.";
            case NOT_SET_UP -> "Provisioned, waiting for the first heartbeat. Messages are blocked.";
            case AVAILABLE -> "Set up. Switch on a platform to use the partner's word.";
            case ENABLED -> "The partner's word counts for the platforms below.";
            case UNRESPONSIVE -> "No heartbeat for too long: Intune ignores the partner's word.";
            case ERROR -> "As the control API asked. The partner's word counts all the same.";
        };
    }

    private String registrations() {
        StringBuilder out = new StringBuilder("<section class=\"card\"><h2>Consents</h2>");
        for (World.RegistrationRow registration : world.registrations()) {
            out.append("<article class=\"registration\"><p class=\"line\"><strong>")
                    .append(Html.escape(registration.name()))
                    .append("</strong>");
            if (registration.granted().isEmpty() && registration.missing().isEmpty()) {
                out.append(chip("off", "dots", "Asks for no role"));
            } else if (!registration.consented()) {
                out.append(chip("off", "stopped", "No consent"));
            } else if (registration.missing().isEmpty()) {
                out.append(chip("good", "check", "Granted"));
            } else {
                out.append(chip("warn", "half", "Incomplete"));
            }
            out.append("</p><p class=\"id\"><code>")
                    .append(Html.escape(registration.clientId()))
                    .append("</code></p><ul class=\"roles\">");
            registration.granted().forEach(role -> role(out, "granted", "check", role, "granted"));
            registration.missing().forEach(role -> role(out, "missing", "stopped", role, "not granted"));
            out.append("</ul></article>");
        }
        return out.append("</section>").toString();
    }

    private static void role(StringBuilder out, String style, String icon, String role, String state) {
        out.append("<li class=\"")
                .append(style)
                .append("\">")
                .append(icon(icon))
                .append("<span>")
                .append(Html.escape(role))
                .append("</span><span class=\"quiet\"> ")
                .append(state)
                .append("</span></li>");
    }

    private String devices() {
        StringBuilder out = new StringBuilder();
        out.append("<section class=\"card\"><h2>Devices").append(count(world.deviceCount()));
        out.append("</h2>");
        if (world.devices().isEmpty()) {
            return out.append("<p class=\"empty\">This tenant has no devices.</p></section>")
                    .toString();
        }
        int first = Math.min(AT_FIRST, world.devices().size());
        table(out, world.devices().subList(0, first));
        List<World.DeviceRow> rest =
                world.devices().subList(first, world.devices().size());
        if (!rest.isEmpty()) {
            out.append("<details class=\"rest\" id=\"rest\"><summary>")
                    .append(number(rest.size()))
                    .append(" more</summary>");
            table(out, rest);
            out.append("</details>");
        }
        if (world.deviceCount() > world.devices().size()) {
            out.append("<p class=\"more\">These are ")
                    .append(number(world.devices().size()))
                    .append(" of ")
                    .append(number(world.deviceCount()))
                    .append(" devices; those with a report come first.</p>");
        }
        return out.append("</section>").toString();
    }

    private void table(StringBuilder out, List<World.DeviceRow> devices) {
        out.append("<table class=\"devices\"><thead><tr><th>Device</th><th>Owner</th><th>System</th>"
                + "<th>Threat state</th><th>Compliance</th><th>Since</th><th>Message</th></tr></thead><tbody>");
        for (World.DeviceRow device : devices) {
            SimulatedIntune.DeviceStatus status = device.status();
            out.append("<tr>");
            cell(
                    out,
                    "Device",
                    "<strong>" + Html.escape(device.name()) + "</strong><code class=\"sub\">"
                            + Html.escape(status.deviceId()) + "</code>");
            cell(out, "Owner", Html.escape(device.owner()));
            cell(out, "System", Html.escape(device.system()));
            cell(out, "Threat state", threat(status.threatState()));
            cell(out, "Compliance", compliance(status.compliance()));
            cell(out, "Since", ago(status.since()));
            String messageId = status.messageId();
            cell(
                    out,
                    "Message",
                    messageId == null
                            ? none()
                            : "<code title=\"" + Html.escape(messageId) + "\">" + shortened(messageId) + "</code>");
            out.append("</tr>");
        }
        out.append("</tbody></table>");
    }

    private static String threat(HealthState state) {
        return switch (state) {
            case UNKNOWN -> chip("off", "dots", "No report");
            case ACTIVATED -> chip("info", "ring", "Activated");
            case DEACTIVATED -> chip("off", "stopped", "Deactivated");
            case SECURED -> chip("good", "shield", "Secured");
            case LOW -> chip("low", "bars1", "Low");
            case MEDIUM -> chip("warn", "bars2", "Medium");
            case HIGH -> chip("bad", "bars3", "High");
            case UNRESPONSIVE -> chip("off", "half", "Unresponsive");
            case COMPROMISED -> chip("bad", "cross", "Compromised");
            case MISCONFIGURED -> chip("warn", "half", "Misconfigured");
        };
    }

    private static String compliance(Compliance compliance) {
        return switch (compliance) {
            case COMPLIANT -> chip("good", "check", "Compliant");
            case NONCOMPLIANT -> chip("bad", "cross", "Not compliant");
            case UNKNOWN -> chip("off", "dots", "Not managed");
        };
    }

    private String messages() {
        StringBuilder out = new StringBuilder("<section class=\"card\"><h2>Messages received");
        out.append(count(world.messageCount())).append("</h2>");
        if (world.messages().isEmpty()) {
            return out.append("<p class=\"empty\">The partner has sent nothing yet.</p></section>")
                    .toString();
        }
        for (SimulatedIntune.ReceivedMessage message : world.messages()) {
            out.append("<details class=\"message\" id=\"")
                    .append(Html.escape(message.messageId()))
                    .append("\"><summary><code>")
                    .append(shortened(message.messageId()))
                    .append("</code>")
                    .append(
                            switch (message.status()) {
                                case "Completed" -> chip("good", "check", "Completed");
                                case "Failed" -> chip("bad", "cross", "Failed");
                                default -> chip("info", "ring", "In progress");
                            });
            if (message.count() > 1) {
                out.append("<span class=\"quiet\">came ")
                        .append(message.count())
                        .append(" times</span>");
            }
            out.append("<span class=\"quiet when\">")
                    .append(ago(message.receivedAt()))
                    .append("</span></summary>");
            String failure = message.failure();
            if (failure != null) {
                out.append("<p>").append(Html.escape(failure)).append("</p>");
            }
            out.append("<pre>").append(Html.escape(message.content())).append("</pre></details>");
        }
        return out.append("</section>").toString();
    }

    private String groups() {
        StringBuilder out = new StringBuilder("<section class=\"card\"><h2>Groups");
        out.append(count(world.groupCount())).append("</h2>");
        for (World.GroupRow group : world.groups()) {
            out.append("<article class=\"group\"><p class=\"line\"><strong>")
                    .append(Html.escape(group.name()))
                    .append("</strong><span class=\"quiet\">")
                    .append(number(group.memberCount()))
                    .append(group.memberCount() == 1 ? " member" : " members")
                    .append("</span></p><p class=\"members\">")
                    .append(Html.escape(String.join(", ", group.members())));
            if (group.memberCount() > group.members().size()) {
                out.append(" and ")
                        .append(number(group.memberCount() - group.members().size()))
                        .append(" more");
            }
            out.append("</p></article>");
        }
        return out.append("</section>").toString();
    }

    private static void cell(StringBuilder out, String label, String html) {
        out.append("<td data-label=\"").append(label).append("\">").append(html).append("</td>");
    }

    static String chip(String tone, String shape, String text) {
        return "<span class=\"chip " + tone + "\">" + icon(shape) + text + "</span>";
    }

    static String icon(String shape) {
        return "<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#" + shape + "\"/></svg>";
    }

    static String count(int count) {
        return " <span class=\"count\">" + number(count) + "</span>";
    }

    static String number(int number) {
        return String.format(Locale.ENGLISH, "%,d", number);
    }

    private static String none() {
        return "<span class=\"quiet\">–</span>";
    }

    private static String shortened(String id) {
        return Html.escape(id.length() > 8 ? id.substring(0, 8) + "…" : id);
    }

    private static String time(Instant instant) {
        return "<time datetime=\"" + instant + "\">" + TIME.format(instant) + "</time>";
    }

    private String ago(@Nullable Instant instant) {
        if (instant == null) {
            return none();
        }
        Duration age = Duration.between(instant, world.now());
        String words = age.toMinutes() < 1
                ? "just now"
                : age.toHours() < 1
                        ? age.toMinutes() + " min ago"
                        : age.toDays() < 1 ? age.toHours() + " h ago" : plural(age.toDays(), "day") + " ago";
        return "<time datetime=\"" + instant + "\" title=\"" + TIME.format(instant) + " UTC\">" + words + "</time>";
    }

    private static String plural(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String capitalized(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
