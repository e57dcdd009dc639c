package dev.mtdconnector.tenant;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Keeps tenants; their keys are the {@link KeyStore}'s. What one method writes is written together or not at all. */
public interface TenantStore {

    /**
     * Stores a tenant and its first keys.
     *
     * @return false, and nothing written, when the tenant exists
     */
    boolean create(Tenant tenant, List<TenantKey> keys);

    Optional<Tenant> find(String tenantId);

    /**
     * Changes the tenant's own record as it is at that moment: {@code change} is called again when somebody else was
     * faster. What comes back unchanged is not written.
     *
     * @return the record as it is stored now; empty when there is none
     * @throws dev.mtdconnector.common.AppException STATE_CHANGED when others are faster again and again; and what
     *     {@code change} throws, with nothing written
     */
    Optional<Tenant> change(String tenantId, UnaryOperator<Tenant> change);

    /** Removes the tenant's own record, if it is one that is being deleted. All else of it must be gone before. */
    void remove(String tenantId);

    /** A page of tenants, by id; {@code after} is the last id of the page before. */
    List<Tenant> list(@Nullable String after, int limit);
}
