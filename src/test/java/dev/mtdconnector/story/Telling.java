package dev.mtdconnector.story;

import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.local.story.StoryRunner;
import dev.mtdconnector.local.story.StoryRunner.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Tells the story to a connector that may fail or die: when it died it is started again, and whoever got an error does
 * what they did once more, as the documentation tells them to.
 */
final class Telling {

    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final int TRIES = 4;

    private final LocalWorld world;
    private final StoryRunner story;
    private final CrashPlan plan;
    private final Requests requests;

    Telling(LocalWorld world, StoryRunner story, CrashPlan plan) {
        this.world = world;
        this.story = story;
        this.plan = plan;
        this.requests = new Requests(world);
    }

    void tell() {
        act(this::onboard);
        act(() -> consent("consent", "base"));
        act(() -> consent("partner-consent", "partner"));
        act(this::createConnector);
        for (String step : List.of(
                "connector-enrollment",
                "connector-state-sync",
                "connector-error-management",
                "sync-now",
                "device-pending",
                "intune-connector",
                "platform-on",
                "intune-connector-enabled",
                "compliance-rule",
                "agent-token",
                "activate",
                "intune-activated",
                "checkin",
                "intune-secured",
                "device-event",
                "threat-event",
                "intune-high",
                "threat-resolved",
                "intune-secured-again")) {
            act(() -> story.run(step));
        }
        settle();
    }

    /** A lost answer is asked for in the documented way: the tenant is there, its keys are replaced. */
    private Answer onboard() {
        try {
            return story.run("onboard");
        } catch (AssertionError e) {
            if (!String.valueOf(e.getMessage()).contains("status 409")) {
                throw e;
            }
            story.keep("apiKey", newKey("api"));
            story.keep("feedKey", newKey("feed"));
            return new Answer(409, null, "");
        }
    }

    private String newKey(String kind) {
        var answer = requests.post(
                "/api/v1/operator/tenants/" + TENANT + "/keys",
                String.valueOf(story.values().get("operatorKey")),
                "{\"kind\": \"" + kind + "\"}");
        if (answer.statusCode() != 201) {
            throw new AssertionError("A new key: status " + answer.statusCode());
        }
        try {
            return Requests.JSON.readTree(answer.body()).path("key").asText();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Whoever does not see that it is granted goes back to the link in the mail. */
    private Answer consent(String steps, String registration) {
        story.run(steps + "-start", steps + "-accept");
        story.run(steps + "-return");
        Answer tenant = story.run("tenant");
        if (!tenant.json().at("/consents/" + registration + "/state").asText().equals("granted")) {
            throw new AssertionError("The consent is not granted: " + tenant.body());
        }
        return tenant;
    }

    private Answer createConnector() {
        try {
            return story.run("connector-create");
        } catch (AssertionError e) {
            if (!String.valueOf(e.getMessage()).contains("status 409")) {
                throw e;
            }
            return new Answer(409, null, "");
        }
    }

    private void act(Runnable deed) {
        for (int attempt = 1; ; attempt++) {
            try {
                deed.run();
                reviveIfDead();
                return;
            } catch (AssertionError | RuntimeException e) {
                if (attempt == TRIES || !plan.hasStruck()) {
                    throw e;
                }
                reviveIfDead();
                // People take a breath before they try again.
                step();
            }
        }
    }

    private void reviveIfDead() {
        if (plan.isDead()) {
            plan.restart();
            world.restartConnector();
            story.moveTo(world.connector(), world.contoso());
        }
    }

    /** Lets everything that is still on its way arrive: a quarter of an hour of the world's clock. */
    private void settle() {
        for (int i = 0; i < 30; i++) {
            world.simulator().clock().advance(Duration.ofSeconds(25));
            step();
            reviveIfDead();
        }
    }

    private void step() {
        try {
            world.step();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
