package dev.mtdconnector.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** A class of the test scope that knows of the product only what it may. */
final class KnowOfTheProduct extends ArchCondition<JavaClass> {

    private final Predicate<JavaClass> allowed;
    private final BiPredicate<JavaClass, JavaClass> exceptions;

    /**
     * @param allowed classes that anyone may know
     * @param exceptions pairs (from, to) that are allowed beside them
     */
    KnowOfTheProduct(Predicate<JavaClass> allowed, BiPredicate<JavaClass, JavaClass> exceptions) {
        super("know of the product only what it may");
        this.allowed = allowed;
        this.exceptions = exceptions;
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        type.getDirectDependenciesFromSelf().forEach(dependency -> {
            JavaClass target = dependency.getTargetClass().getBaseComponentType();
            if (Architecture.isProduct(target) && !allowed.test(target) && !exceptions.test(type, target)) {
                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
            }
        });
    }
}
