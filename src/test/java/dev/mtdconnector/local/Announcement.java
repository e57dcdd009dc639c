package dev.mtdconnector.local;

import dev.mtdconnector.local.story.CurlCommands;
import dev.mtdconnector.local.story.StoryDocument;
import dev.mtdconnector.local.story.StoryRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the local world tells the person who started it: where everything is, who is there, and what to try. */
final class Announcement {

    /** The shortest way through the story; the page has the rest. */
    private static final List<String> WALK = List.of(
            "onboard",
            "consent-start",
            "consent-accept",
            "consent-return",
            "partner-consent-start",
            "partner-consent-accept",
            "partner-consent-return",
            "connector-create",
            "connector-enrollment",
            "sync-now",
            "device-pending",
            "intune-connector",
            "platform-on",
            "compliance-rule",
            "agent-token",
            "activate",
            "checkin",
            "device-event",
            "threat-event",
            "intune-high",
            "threat-resolved",
            "intune-secured-again");

    private Announcement() {}

    /** The addresses, the people and the walk. */
    static String of(String connector, String contoso, String login, int smtp, String storage, String operatorKey) {
        StringBuilder text = new StringBuilder("\n");
        text.append("  Connector        ").append(connector).append('\n');
        text.append("  Contoso          ").append(contoso).append("   what Entra and Intune hold now\n");
        text.append("  Mail             ")
                .append(contoso)
                .append("/mail   (SMTP on localhost:")
                .append(smtp)
                .append(")\n");
        text.append("  Entra (https)    ").append(login).append('\n');
        text.append("  Storage          ").append(storage).append("\n\n");
        text.append("  Operator key     ").append(operatorKey).append('\n');
        text.append("  Administrator    ines.duarte@contoso.example (Global Administrator)\n");
        text.append("  Sign in at       ")
                .append(connector)
                .append("/signin   (after the consent: as ines.duarte@contoso.example, full access;\n")
                .append(
                        "                   priya.raman@contoso.example, restricted; zoe.angstrom@contoso.example, read-only)\n");
        text.append(
                "  Device owners    lena.brandt@contoso.example (iPhone), oscar.lindqvist@contoso.example (Android)\n\n");
        text.append("The story, for a second terminal in this folder (docs/local-world.md explains each request):\n\n");
        for (String line : walk(connector, contoso, operatorKey)) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    static List<String> walk(String connector, String contoso, String operatorKey) {
        return new CurlCommands(
                        StoryDocument.read(Path.of("docs/local-world.md")),
                        Map.of("operatorKey", operatorKey),
                        Map.of(
                                StoryRunner.DOCUMENTED_CONNECTOR, connector,
                                StoryRunner.DOCUMENTED_CONTOSO, contoso),
                        ".local/cookies")
                .lines(WALK);
    }
}
