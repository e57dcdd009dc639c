package dev.mtdconnector.connector;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.PublishOptions.Of;
import dev.mtdconnector.connector.PublishOptions.Threshold;
import dev.mtdconnector.connector.PublishTarget.Way;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.tenant.ConsentStore;
import dev.mtdconnector.tenant.Registration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Chooses by which way states reach Intune or Entra, and how carefully. */
public final class PublishingRoutes {

    private final ConnectorSettings settings;
    private final ConnectorView view;
    private final ConsentStore consents;
    private final RiskGroups groups;
    private final Function<String, Set<String>> takenGroups;
    private final Deployment deployment;

    /**
     * @param takenGroups the groups of a tenant that decide about access to the connector or about enrollment
     */
    public PublishingRoutes(
            ConnectorSettings settings,
            ConnectorView view,
            ConsentStore consents,
            RiskGroups groups,
            Function<String, Set<String>> takenGroups,
            Deployment deployment) {
        this.settings = settings;
        this.view = view;
        this.consents = consents;
        this.groups = groups;
        this.takenGroups = takenGroups;
        this.deployment = deployment;
    }

    /**
     * What this deployment can do.
     *
     * @param registrations the app registrations that it has
     * @param publicUrl its address, without a trailing slash
     */
    public record Deployment(Set<Registration> registrations, String publicUrl) {
        public Deployment {
            registrations = Set.copyOf(registrations);
        }
    }

    public List<Route> routes() {
        return List.of(new Route(
                "PUT",
                "/api/v1/connector/publishing",
                Access.CONNECTOR_CHANGE,
                Route.JSON,
                (request, caller) -> change(request, ((Caller.OfTenant) caller).tenantId())));
    }

    /** What the body leaves out stays as it is, but for the target, which is chosen whole. */
    private HttpAnswer change(HttpRequest request, String tenantId) {
        Publishing before = settings.get(tenantId).publishing();
        Publishing wanted = read(Fields.of(request.body()), before);
        Registration registration = wanted.registration();
        if (!deployment.registrations().contains(registration)) {
            throw new AppException(
                    ErrorCode.INTUNE_NOT_CONFIGURED,
                    "This deployment has no app registration for " + registration.label() + ".");
        }
        if (!consents.find(tenantId, registration).isGranted()) {
            throw new AppException(
                    ErrorCode.CONSENT_REQUIRED,
                    "The consent to the registration " + registration.label() + " is missing: "
                            + wanted.consentLink(deployment.publicUrl(), tenantId));
        }
        if (wanted.target().way() == Way.RISK_GROUP) {
            refuseUnsuitable(tenantId, wanted.target().place());
        }
        return HttpAnswer.json(200, view.of(settings.changePublishing(tenantId, current -> wanted)));
    }

    private static Publishing read(Fields fields, Publishing before) {
        String label = fields.oneOf("publisher", labels());
        Way way = Way.ofLabel(label).orElse(Way.PARTNER);
        PublishTarget target = PublishTarget.PARTNER;
        // What the other publishers were to do is kept: the place that is left has to be cleared by it.
        PublishOptions chosen = before.options();
        if (way == Way.DEVICE_ATTRIBUTE) {
            target = PublishTarget.attribute(fields.between("attribute", 1, 15));
            boolean overwrite = fields.flagOr("overwriteForeign", false);
            chosen = new PublishOptions(overwrite, chosen.of(), chosen.from(), chosen.changedAt());
        } else if (way == Way.RISK_GROUP) {
            target = PublishTarget.group(fields.guid("groupId"));
            String of = fields.oneOfOr("of", words(Of.values(), Of::label), Of.USERS.label());
            String from = fields.oneOfOr("from", words(Threshold.values(), Threshold::label), Threshold.MEDIUM.label());
            chosen = new PublishOptions(
                    chosen.overwriteForeign(),
                    Of.ofLabel(of).orElse(Of.USERS),
                    Threshold.ofLabel(from).orElse(Threshold.MEDIUM),
                    chosen.changedAt());
        }
        Publishing.Mode mode = Publishing.Mode.ofLabel(fields.oneOfOr(
                        "mode",
                        words(Publishing.Mode.values(), Publishing.Mode::label),
                        before.mode().label()))
                .orElse(before.mode());
        int grace = fields.betweenOr("graceMinutes", 0, Publishing.MOST_GRACE, before.graceMinutes());
        int breaker = fields.betweenOr("breakerPercent", 1, 100, before.breakerPercent());
        fields.done();
        return new Publishing(target, mode, grace, breaker, chosen);
    }

    /** Whoever is put into such a group gets something by it, or nobody can be put into it by us. */
    private void refuseUnsuitable(String tenantId, String groupId) {
        Set<String> taken = takenGroups.apply(tenantId);
        if (taken.contains(groupId)) {
            throw new AppException(ErrorCode.RISK_GROUP_TAKEN);
        }
        RiskGroups.Candidate group;
        try {
            group = groups.look(tenantId, groupId, taken);
        } catch (UpstreamException e) {
            if (e.kind() == UpstreamException.Kind.NOT_FOUND) {
                throw AppException.invalid("groupId", "is no group of the directory");
            }
            throw e;
        }
        group.refusal().ifPresent(why -> {
            throw new AppException(why);
        });
    }

    private static List<String> labels() {
        return words(Way.values(), Way::label);
    }

    private static <T> List<String> words(T[] values, Function<T, String> label) {
        return Arrays.stream(values).map(label).toList();
    }
}
