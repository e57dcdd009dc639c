package dev.mtdconnector.health;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.health.AnswerTimes.Answered;
import dev.mtdconnector.health.Doctor.Check;
import dev.mtdconnector.health.Finding.State;
import dev.mtdconnector.schedule.Driver;
import dev.mtdconnector.schedule.Drivers;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.tenant.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What can be wrong with the settings of a deployment, for a new operator. */
public final class DeploymentChecks {

    private final Facts facts;
    private final Drivers drivers;
    private final JobQueues queues;
    private final Probes probes;

    /**
     * What the settings say. That they could be read at all is shown by there being an answer: a process whose settings
     * contradict each other does not start, and names every one of them in the log.
     *
     * @param registrations that have a credential
     * @param operatorTenantId the operator's own directory; empty when it is not set
     * @param hasSealingKeys whether secrets of tenants can be kept
     */
    public record Facts(
            String publicUrl, Set<Registration> registrations, String operatorTenantId, boolean hasSealingKeys) {
        public Facts {
            registrations = Set.copyOf(registrations);
        }
    }

    public DeploymentChecks(Facts facts, Drivers drivers, JobQueues queues, Probes probes) {
        this.facts = facts;
        this.drivers = drivers;
        this.queues = queues;
        this.probes = probes;
    }

    public List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("settings", () -> Finding.green("settings", "All settings could be read.")));
        checks.add(new Check("public-url", this::publicUrl));
        checks.add(new Check("sealing-keys", this::sealingKeys));
        checks.add(new Check("storage.tables", () -> {
            drivers.last(Driver.TIMER);
            return Finding.green("storage.tables", "Tables answer.");
        }));
        checks.add(new Check("storage.queues", () -> {
            queues.depth(Drivers.QUEUE);
            return Finding.green("storage.queues", "Queues answer.");
        }));
        Supplier<Answered> login = new Once<>(probes::login);
        checks.add(new Check("login", () -> reached("login", "The sign-in service", "LOGIN_ENDPOINT", login)));
        checks.add(new Check("graph", () -> reached("graph", "Microsoft Graph", "GRAPH_ENDPOINT", probes::graph)));
        checks.add(new Check("clock", () -> TenantChecks.ofClock(Optional.of(login.get()))));
        for (Registration registration : Registration.values()) {
            checks.add(credential(registration));
        }
        checks.add(new Check("mail", this::mail));
        return checks;
    }

    private Finding publicUrl() {
        return facts.publicUrl().startsWith("https://")
                ? Finding.green("public-url", "Browsers and agents reach us at " + facts.publicUrl() + ".")
                : Finding.of(
                        "public-url",
                        State.RED,
                        "The public address " + facts.publicUrl() + " is not https: cookies and keys are in the open.",
                        "Set MTD_PUBLIC_URL to the https address of the deployment.");
    }

    private Finding sealingKeys() {
        return facts.hasSealingKeys()
                ? Finding.green("sealing-keys", "Secrets of tenants are sealed before they are stored.")
                : Finding.of(
                        "sealing-keys",
                        State.YELLOW,
                        "No feed and no webhook can be connected: their secrets could not be kept.",
                        ErrorCode.SECRETS_NOT_CONFIGURED);
    }

    private static Finding reached(String id, String what, String setting, Supplier<Answered> probe) {
        try {
            return Finding.green(id, what + " answers in " + probe.get().took().toMillis() + " ms.");
        } catch (UpstreamException e) {
            return Finding.of(
                    id,
                    State.RED,
                    what + " does not answer.",
                    "Check " + setting + ", and that the deployment's network lets it be reached.");
        }
    }

    private Check credential(Registration registration) {
        String id = "credential." + registration.label();
        String what = "The credential of the " + registration.label() + " registration";
        return new Check(id, () -> {
            if (!facts.registrations().contains(registration)) {
                boolean isBase = registration == Registration.BASE;
                return isBase
                        ? Finding.of(id, State.RED, "There is no base registration.", "Set MTD_BASE_CLIENT_ID.")
                        : Finding.green(id, "The " + registration.label() + " registration is not in use.");
            }
            if (facts.operatorTenantId().isEmpty()) {
                return Finding.of(
                        id,
                        State.UNKNOWN,
                        what + " cannot be tried: no directory of the operator is known.",
                        "Set MTD_OPERATOR_TENANT_ID to the directory in which the registrations were made.");
            }
            try {
                probes.token(facts.operatorTenantId(), registration);
                return Finding.green(id, what + " gets a token in the operator's directory.");
            } catch (UpstreamException e) {
                return refused(id, what, registration, e);
            }
        });
    }

    private static Finding refused(String id, String what, Registration registration, UpstreamException e) {
        String client = "MTD_" + registration.label().toUpperCase(Locale.ROOT).replace('-', '_') + "_CLIENT_";
        return switch (e.kind()) {
            case CONSENT_MISSING ->
                Finding.of(
                        id,
                        State.UNKNOWN,
                        what + " cannot be tried: the operator's directory does not know the registration.",
                        "Check " + client
                                + "ID; or consent to the registration in the operator's own directory, so that"
                                + " it can be tried.");
            case FORBIDDEN, NOT_CONFIGURED, REFUSED, NOT_FOUND, GONE ->
                Finding.of(
                        id,
                        State.RED,
                        what + " is refused by the sign-in service.",
                        "Check the settings that begin with " + client + ": the id, and a secret or certificate that is"
                                + " the registration's and has not expired.");
            case THROTTLED, UNAVAILABLE ->
                Finding.of(id, State.UNKNOWN, what + " could not be tried.", UpstreamErrors.codeOf(e));
        };
    }

    private Finding mail() {
        try {
            return probes.mail()
                    ? Finding.green("mail", "The mail server takes our connection; no mail was sent.")
                    : Finding.of(
                            "mail",
                            State.UNKNOWN,
                            "This mail service can only be tried by sending a mail.",
                            "Onboard a tenant, or send yourself an invitation, and look at the errors.");
        } catch (UpstreamException e) {
            return Finding.of(
                    "mail",
                    State.RED,
                    e.kind() == UpstreamException.Kind.FORBIDDEN
                            ? "The mail server refuses our sign-in."
                            : "The mail server cannot be reached.",
                    "Check the settings that begin with MTD_MAIL_, and that the deployment's network lets the server be"
                            + " reached.");
        }
    }
}
