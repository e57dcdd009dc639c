package dev.mtdconnector.enrollment;

/** What a tenant granted beyond what enrollment needs: where it did, more is known of devices, or it is known for less. */
@FunctionalInterface
public interface OptionalSources {

    /** For a tenant that granted nothing of that. */
    OptionalSources NONE = (tenantId, source) -> false;

    /** Whether the tenant granted it, as far as is known; a refusal may still come, and is no failure. */
    boolean isGranted(String tenantId, Source source);

    /** Something that can be read of Intune. */
    enum Source {
        /** Devices that Intune manages. */
        MANAGED_DEVICES,
        /** Apps under app protection. */
        PROTECTED_APPS
    }
}
