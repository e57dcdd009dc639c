package dev.mtdconnector.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** An adapter that knows another one; {@code partner} may know {@code graph}. */
final class DependOnAnotherAdapter extends ArchCondition<JavaClass> {

    DependOnAnotherAdapter() {
        super("depend on another adapter");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        String part = Architecture.part(type);
        type.getDirectDependenciesFromSelf().forEach(dependency -> {
            String other = Architecture.part(dependency.getTargetClass());
            boolean another = Architecture.isAdapter(dependency.getTargetClass())
                    && !other.equals(part)
                    && !(part.equals("partner") && other.equals("graph"));
            if (another) {
                events.add(SimpleConditionEvent.satisfied(dependency, dependency.getDescription()));
            }
        });
    }
}
