package dev.mtdconnector.health;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.health.Doctor.Check;
import dev.mtdconnector.health.Finding.State;
import dev.mtdconnector.tenant.ApplicationRole;
import dev.mtdconnector.tenant.GrantedRoles;
import dev.mtdconnector.tenant.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** Token, consent and each permission of a tenant, as its directory says now: read once for a registration. */
final class PermissionChecks {

    /** Without it nothing can be read of what was granted. */
    private static final String READS_GRANTS = "Application.Read.All";

    private final GrantedRoles granted;
    private final String publicUrl;

    PermissionChecks(GrantedRoles granted, String publicUrl) {
        this.granted = granted;
        this.publicUrl = publicUrl;
    }

    /**
     * What the directory granted.
     *
     * @param roles empty when it knows nothing of ours
     * @param isRefused whether it knows us, and does not let us read what it granted
     */
    private record Reading(Optional<Set<UUID>> roles, boolean isRefused) {}

    List<Check> of(String tenantId, List<Registration> registrations) {
        List<Check> checks = new ArrayList<>();
        for (Registration registration : registrations) {
            Supplier<Reading> reading = new Once<>(() -> read(tenantId, registration));
            if (registration == Registration.BASE) {
                checks.add(new Check("token", () -> token(reading)));
            }
            String consent = "consent." + registration.label();
            checks.add(new Check(consent, () -> consent(consent, tenantId, registration, reading.get())));
            registration
                    .requiredRoles()
                    .forEach(role -> checks.add(permission(tenantId, registration, role, true, reading)));
            registration
                    .optionalRoles()
                    .forEach(role -> checks.add(permission(tenantId, registration, role, false, reading)));
        }
        return checks;
    }

    private Reading read(String tenantId, Registration registration) {
        try {
            return new Reading(Optional.of(granted.of(tenantId, registration)), false);
        } catch (UpstreamException e) {
            if (e.kind() == UpstreamException.Kind.CONSENT_MISSING) {
                return new Reading(Optional.empty(), false);
            }
            if (e.kind() == UpstreamException.Kind.FORBIDDEN && e.service() == Service.GRAPH) {
                return new Reading(Optional.of(Set.of()), true);
            }
            throw e;
        }
    }

    private static Finding token(Supplier<Reading> reading) {
        try {
            if (reading.get().roles().isEmpty()) {
                return Finding.of(
                        "token",
                        State.RED,
                        "Microsoft issues no token for this organization: it does not know the connector.",
                        ErrorCode.CONSENT_REQUIRED);
            }
            return Finding.green("token", "Microsoft issues a token for this organization, and Graph accepts it.");
        } catch (UpstreamException e) {
            ErrorCode code = UpstreamErrors.codeOf(e);
            return Finding.of("token", State.RED, "No use can be made of a token: " + code.title() + ".", code);
        }
    }

    private Finding consent(String id, String tenantId, Registration registration, Reading reading) {
        String what = "The consent for the " + registration.label() + " registration";
        if (reading.roles().isEmpty()) {
            return missing(id, tenantId, registration, what + " was never given, or was taken back.");
        }
        if (reading.isRefused()) {
            return missing(id, tenantId, Registration.BASE, what + " cannot be read without " + READS_GRANTS + ".");
        }
        Set<UUID> roles = reading.roles().get();
        List<String> lacking = registration.requiredRoles().stream()
                .filter(role -> !roles.contains(role.id()))
                .map(ApplicationRole::value)
                .toList();
        return lacking.isEmpty()
                ? Finding.green(id, what + " is complete.")
                : missing(id, tenantId, registration, what + " lacks " + String.join(", ", lacking) + ".");
    }

    private Finding missing(String id, String tenantId, Registration registration, String says) {
        return new Finding(id, State.RED, says, ErrorCode.CONSENT_REQUIRED.code(), remedy(tenantId, registration));
    }

    private String remedy(String tenantId, Registration registration) {
        return "A Global Administrator opens " + publicUrl + "/les?action=consent&tenant=" + tenantId + "&registration="
                + registration.label() + " and accepts.";
    }

    private Check permission(
            String tenantId,
            Registration registration,
            ApplicationRole role,
            boolean isRequired,
            Supplier<Reading> reading) {
        String id = "permission." + registration.label() + "." + role.value();
        return new Check(id, () -> {
            Reading read = reading.get();
            if (read.isRefused() && !role.value().equals(READS_GRANTS)) {
                return Finding.of(
                        id,
                        State.UNKNOWN,
                        "Whether " + role.value() + " is granted cannot be read without " + READS_GRANTS + ".",
                        remedy(tenantId, Registration.BASE));
            }
            Set<UUID> roles = read.roles().orElse(Set.of());
            String purpose = "the connector " + role.purpose();
            if (roles.contains(role.id())) {
                return Finding.green(id, role.value() + " is granted: with it " + purpose + ".");
            }
            String says = role.value() + " is not granted: with it " + purpose + ".";
            return isRequired
                    ? missing(id, tenantId, registration, says)
                    : Finding.of(
                            id,
                            State.YELLOW,
                            says + " Everything else goes on without.",
                            remedy(tenantId, registration));
        });
    }
}
